/* conf.h -- the settings: one table, and for each value where it came from. */
#ifndef CONF_CONF_H
#define CONF_CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

enum setting_type {
	S_TEXT,         /* const char *; NULL when unset and without default */
	S_INT,          /* int64_t; I64_NULL when unset and without default */
	S_NUMBER,       /* double; NAN when unset and without default */
	S_BOOL,         /* bool */
	S_DURATION,     /* usec_t; the text is seconds or has a unit; TIME_NULL when unset */
	S_LIST,         /* const char *; comma-separated without spaces, NULL when empty; the text
	                 * may be a JSON array of strings as well */
	S_CHOICE,       /* const char *; one of .choices, spelled as there; any case is taken */
	S_JSON,         /* const char *; the text of a JSON object */
	S_URL,          /* const char *; a database URL, shown without its password */
	S_NAME,         /* const char *; a text of one line; NULL when unset */
	SETTING_TYPE__COUNT
};

enum setting_source { FROM_DEFAULT, FROM_FILE, FROM_ENV, FROM_FLAG, SETTING_SOURCE__COUNT };

/* The values, in the types that the program uses. Borrowed from the conf's arena. */
struct settings {
	struct {
		const char *url;
	} database;
	struct {
		const char *host;
		int64_t port;
		const char *unix_path;          /* NULL when unset */
		const char *unix_mode;          /* octal, as it was written */
		const char *unix_owner;         /* NULL when unset */
		bool reload;
		bool write_enabled;
		const char *api_key;            /* the admin's; NULL when unset or empty */
		const char *operator_key;       /* likewise */
		const char *viewer_key;
		const char *trusted_proxies;    /* comma list or NULL */
		const char *user_header;        /* by which they name who asks; NULL: they do not */
		const char *roles;              /* comma list of name=role; or NULL */
		const char *hidden_keys;        /* comma list or NULL */
		const char *allowed_origins;    /* comma list or NULL */
		const char *allowed_hosts;      /* comma list or NULL */
		bool insecure_public_reads;     /* --insecure-public-reads */
		usec_t statement_timeout;       /* of reads; 3 s */
		double database_budget;         /* percent of a core for numbers; 1 */
		const char *panels;             /* a folder; NULL when unset */
		const char *environment;        /* NULL when unset: no name is shown */
		const char *environment_color;  /* NULL when unset: the name decides */
	} dashboard;
	struct {
		bool keeper;                    /* the dashboard folds what the triggers wrote */
		usec_t attempts_retention;      /* 7 days */
		int64_t attempts_max;
		usec_t retention;               /* of hours; 366 days */
	} history;
	/* Settings of the queue that the Python project reads too (compatibility.md section 7):
	 * kept with their names, ranges and defaults. */
	struct {
		const char *jobs_modules;
		int64_t concurrency;
		const char *queues;
		int64_t max_retries;
		int64_t priority;
		const char *enqueue_validation;
		const char *task_name_pattern;
		const char *producer_id;
		usec_t heartbeat_interval;
		usec_t job_timeout;             /* 0: none */
		usec_t cleanup_interval;
		usec_t heartbeat_timeout;
		usec_t poll_interval;
		usec_t error_retry_delay;
		usec_t shutdown_timeout;
		int64_t result_ttl;             /* seconds */
		const char *log_level;
		bool debug;
		const char *environment;
		const char *route_map;          /* a JSON object: prefix of a name -> queue */
		int64_t sync_handler_pool_size;
		usec_t sync_handler_grace;      /* TIME_NULL: as long as job_timeout */
		int64_t pool_min_size;
		int64_t pool_max_size;
		int64_t pool_headroom;
		usec_t snooze_max;
	} queue;
};

struct setting {
	const char *name;               /* "dashboard.port" */
	const char *env;                /* "SONIQ_DASHBOARD_PORT" */
	const char *flag;               /* "--port" or NULL */
	enum setting_type type;
	size_t offset;                  /* in struct settings */
	const char *default_text;       /* NULL: unset */
	const char *min, *max;          /* texts of the same type, or NULL; of S_TEXT:
					 * bytes, of S_NAME: characters */
	const char *also;               /* a text outside of the range that is taken too: "0" */
	const char *choices;            /* "strict|warn|none" */
	bool is_secret;                 /* never printed; spaces around it do not count */
	const char *group;
	const char *doc;                /* one sentence */
};

extern const struct setting settings_table[];   /* ended by a NULL name */

/* One flag that the command line saw: the setting's name and its text. */
struct conf_flag {
	const char *name;
	const char *text;
};

struct conf {
	struct arena arena;
	struct settings values;
	enum setting_source *sources;   /* one a row of settings_table */
	const char **texts;             /* the texts they were read from; NULL when unset */
	const char *env_file;           /* the .env that was read, or NULL */
};

/* Read all settings: flag, then process environment, then the .env file, then default. An empty
 * value in the environment or the file counts as unset; unknown names are passed over.
 *
 * Takes:  conf      released afterwards, also when this fails
 *         flags     ended by a NULL name; may be NULL
 *         env_file  usually ".env"; absent is fine; NULL: none
 * Errors: INVALID   names the setting, where the bad value stands, and the range; a secret's
 *                   value is never repeated */
enum err_code conf_load(struct conf *conf, const struct conf_flag *flags, const char *env_file,
			struct err *err) MUST_CHECK;
/* The same of what a program around us gives, and of nothing else: no environment, no file.
 *
 * Takes:  given    "dashboard.port", or "SONIQ_DASHBOARD_PORT", ended by a NULL name
 * Errors: INVALID  as above; or there is no setting of that name */
enum err_code conf_load_given(struct conf *conf, const struct conf_flag *given,
			      struct err *err) MUST_CHECK;
void conf_release(struct conf *conf);

/* As if a flag had said so; text NULL: unset. `name` is of the table. */
enum err_code conf_set(struct conf *conf, const char *name, const char *text,
		       struct err *err) MUST_CHECK;

const struct setting *conf_setting(const char *name);           /* NULL if there is none */
const char *conf_source_name(enum setting_source source);       /* "flag", "environment" ... */
/* The value as people may see it: secrets as "(set)", URLs without password, "" when unset. In
 * the arena. */
const char *conf_show(const struct conf *conf, const struct setting *setting, struct arena *arena);

/* The database URL without its password, for messages: scheme, user, hosts, database and nothing
 * else. Works on URLs, on libpq keyword strings (password=...), on paths. What cannot be
 * understood for certain is "postgresql://(not shown)". In the arena. */
const char *conf_url_label(const char *url, struct arena *arena);

/* Which database a URL names. sqlite:///relative.db, sqlite:////absolute.db, and paths ending
 * in .db .sqlite .sqlite3 are SQLite (ret_path: the file); all else is PostgreSQL. */
bool conf_url_is_sqlite(const char *url, struct arena *arena, const char **ret_path);

/* An environment variable that is not a setting (NO_COLOR, TERM, LISTEN_FDS ...); NULL if unset.
 * Here because only this room may look at the environment. */
const char *conf_env(const char *name);

/* Parse the text of a .env file into name/value pairs as they stand (quotes taken off); used by
 * conf_load and by the fuzzer. Lines that make no sense are passed over. */
size_t conf_parse_env(struct str text, struct arena *arena, const struct conf_flag **ret_pairs);

/* One setting's text into its typed value; out points at the member of the type. */
enum err_code conf_parse_value(const struct setting *setting, const char *text,
			       struct arena *arena, void *out, struct err *err) MUST_CHECK;

/* docs/settings.md, from the table. */
void conf_write_markdown(struct buf *out);

#endif
