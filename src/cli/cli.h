/* cli.h -- the command line: one table of commands, their options, what they print. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "base/arena.h"
#include "base/record.h"
#include "conf/conf.h"
#include "store/store.h"

/* What every command gets. */
struct cli {
	struct arena arena;
	struct conf conf;
	struct db_options database;     /* made of the settings; role is the command's to set */
	FILE *out;
	FILE *err;
	bool is_json;
	bool use_color;
	bool is_tty;                    /* out is a terminal */
	int columns;                    /* of the terminal; 0: not one, no limit */
	bool is_too_large;              /* a JSON document did not fit and was not printed */
	char **argv;                    /* as the program got it, for starting again */
	usec_t ahead;                   /* so far the database's clock is ahead of ours; 0 before
					 * it was asked */
};

enum option_type {
	OPT_FLAG,       /* bool */
	OPT_INT,        /* int64_t */
	OPT_TEXT,       /* const char * */
	OPT_CHOICE,     /* const char *, one of .choices */
};

/* An option of one command, written into the command's own struct. */
struct option {
	const char *name;               /* "--limit" */
	char letter;                    /* 'l', or 0 */
	enum option_type type;
	size_t offset;
	const char *value;              /* what stands for the value in help: "N" */
	const char *default_text;       /* NULL: false, 0, NULL */
	int64_t min, max;               /* OPT_INT */
	const char *choices;            /* "csv|json" */
	const char *doc;
};

#define OPTION_END { 0 }

/* What a command makes no sense with: neither shown in its help nor taken. */
enum { WITHOUT_JSON = 1, WITHOUT_DATABASE = 2 };

/* A line of a list in a command's help. */
struct help_row {
	const char *words;
	const char *doc;
};

struct command {
	const char *name;               /* "dead-letter list" */
	const char *args;               /* "ID..." or NULL */
	int min_args, max_args;
	const char *doc;                /* one sentence */
	const char *more;               /* paragraphs for its own help, or NULL */
	const char *examples;           /* lines, or NULL */
	const char *rows_title;         /* of a list of its own in its help, or NULL */
	bool (*row)(size_t i, struct help_row *ret);    /* false: there are no more */
	const struct option *options;   /* or NULL */
	size_t opts_size;
	const char *const *settings;    /* names of settings whose flags it takes, or NULL */
	int without;
	enum err_code (*run)(struct cli *cli, const void *opts, char **args, struct err *err);
};

extern const struct command *const commands[];  /* in reading order; ended by NULL */
extern const struct option global_options[];
/* Does the command (NULL: none yet) take this one of the global options? */
bool command_takes(const struct command *command, const struct option *global);

/* The whole program but exit: the arguments to an exit status. */
int cli_run(int argc, char **argv, FILE *out, FILE *err);

/* Match the command's words at the start of argv; *ret_used words of it. NULL: none. */
const struct command *command_find(char **argv, int *ret_used);
/* Is it the first word of commands of two ("dead-letter")? */
bool command_is_group(const char *word);
/* What to say of words that are no command: the nearest that is. */
enum err_code command_unknown(char **words, struct err *err) MUST_CHECK;
/* The known name nearest to a wrong one; NULL when none is near. */
const char *nearest(const char *wrong, const char *const *names, size_t n);

/* Store of the command's database, opened and its schema checked.
 * Errors: those of store_open; SCHEMA */
enum err_code cli_store(struct cli *cli, enum db_role role, struct store *ret,
			struct err *err) MUST_CHECK;
/* The same without a look at the schema. */
enum err_code cli_store_bare(struct cli *cli, enum db_role role, struct store *ret,
			     struct err *err) MUST_CHECK;

/* By the database's clock, once cli_store has been there. */
usec_t cli_now(const struct cli *cli);

/* Into a filter what a text in the language of filters asks for. Where the text cannot be read,
 * the place is shown. Ages are of the database's clock, which is asked for them.
 * Errors: INVALID; where there are ages, those of cli_store */
struct job_filter;
enum err_code cli_filter(struct cli *cli, struct str text, struct job_filter *filter,
			 struct err *err) MUST_CHECK;

enum column_style {
	COLUMN_PLAIN,
	COLUMN_WHOLE,   /* a text that is no use when it is cut, such as an id */
	COLUMN_AGE,     /* a moment, shown as "3m ago" */
	COLUMN_SPAN,    /* seconds, shown as "3h 12m" */
	COLUMN_MS,      /* milliseconds, shown as "12 ms" */
	COLUMN_DIGITS,  /* a text that is a number */
};

/* Printing. A table takes the columns it is told from a record and passes no control byte on.
 * Where the terminal is narrow, texts are cut down to a dozen cells, and when that is not enough,
 * the last columns are left out: a number is never cut. */
struct column {
	const char *field;              /* of the record */
	const char *title;
	int max;                        /* cells; 0: as wide as needed */
	enum column_style style;
};
extern const struct column job_columns[];               /* of job_row_record */
void print_table(struct cli *cli, const struct record *record, const struct column *columns,
		 const struct list *rows);
/* A JSON array of the records, or a document, and a newline. What is too large for one document
 * is not printed at all, and the program fails at its end. */
void print_json_list(struct cli *cli, const struct record *record, const struct list *rows);
void print_json_buf(struct cli *cli, const struct buf *json);
/* "[OK] text" and the like, coloured signs on a terminal. */
enum mark { MARK_OK, MARK_ERROR, MARK_WARNING, MARK_INFO };
void print_mark(struct cli *cli, enum mark mark, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Text of a row, made safe. In the arena. */
const char *visible(struct cli *cli, struct str text);
const char *number_text(struct cli *cli, int64_t n);    /* "-" for I64_NULL */
const char *when(struct cli *cli, usec_t moment);       /* "2026-11-23 17:15:58Z", "-" for none */
/* In words, in the arena (words.c). */
const char *ago(struct cli *cli, usec_t moment);        /* "3m 5s ago", "now"; "-" for none */
const char *quality_words(struct cli *cli, const struct quality *quality);
const char *bytes_text(struct cli *cli, int64_t bytes); /* "1.2 MB"; "-" for I64_NULL */
const char *ms_text(struct cli *cli, double ms);        /* "12 ms", "3.4 s"; "-" for NAN */
struct outlook;
/* When it will be empty, or how it grows; "-" where nobody knows. */
const char *forecast_words(struct cli *cli, const struct outlook *outlook);

/* Help and what is generated from the tables. */
void help_overview(struct buf *out);
void help_group(struct buf *out, const char *word);     /* the commands that begin with it */
void help_command(struct buf *out, const struct command *command);
void help_markdown(struct buf *out);
void help_man(struct buf *out);
void help_man_settings(struct buf *out);
enum err_code completion_write(const char *shell, struct buf *out, struct err *err) MUST_CHECK;

#endif
