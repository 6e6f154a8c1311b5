/* export_file.h -- where the exports of commands go: a file, or the standard output. */
#ifndef CLI_EXPORT_FILE_H
#define CLI_EXPORT_FILE_H

#include "cli/cli.h"
#include "export/export.h"

/* What a command that also writes its rows into a file was told. */
struct file_opts {
	const char *format;             /* "csv", "jsonl"; NULL: no file is wanted */
	const char *output;             /* NULL: the standard output */
};
#define FILE_OPTIONS(opts, member, format_doc)                                                  \
	{ "--format", 0, OPT_CHOICE, offsetof(opts, member.format), "FORMAT", NULL, 0, 0,        \
	  "csv|jsonl", format_doc },                                                             \
	{ "--output", 'o', OPT_TEXT, offsetof(opts, member.output), "FILE", NULL, 0, 0, NULL,    \
	  "With --format: the file to write; else the standard output." }

/* Errors: INVALID  what was told does not go together */
enum err_code file_check(const struct cli *cli, const struct file_opts *file,
			 struct err *err) MUST_CHECK;
/* The format that was told. */
enum export_format file_format(const struct file_opts *file);
/* Rows that are in memory. quality: what is not exact is told, not in the file; NULL: nothing is.
 * Errors: those of export_to but for the store's */
enum err_code file_write(struct cli *cli, const struct file_opts *file,
			 const struct record *record, const struct list *rows,
			 const struct quality *quality, struct err *err) MUST_CHECK;

/* All that match, from the database.
 *
 * Takes:  output  "-": the standard output, unless it is a terminal. A file appears under its
 *                 name when it is whole, readable by its owner alone, and its name is printed; a
 *                 pipe or a device is written to.
 * Errors: those of cli_store and export_run; INVALID  a terminal; UNAVAILABLE  it cannot be
 *         written */
enum err_code export_to(struct cli *cli, const char *output, const struct export_want *want,
			struct err *err) MUST_CHECK;

#endif
