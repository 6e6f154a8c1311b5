/* conf.c -- reading all settings: flag, process environment, .env file, default. */
#include "conf/conf.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/macros.h"

#define ENV_FILE_MAX ((size_t)1024 * 1024)

/* The places that texts come from, while they are read. */
struct places {
	const struct conf_flag *flags;
	const struct conf_flag *file;
	size_t n_file;
	bool has_env;
};

static const char *const source_names[SETTING_SOURCE__COUNT] = {
	[FROM_DEFAULT] = "default",
	[FROM_FILE] = "file",
	[FROM_ENV] = "environment",
	[FROM_FLAG] = "flag",
};

const char *conf_source_name(enum setting_source source)
{
	return source_names[source];
}

static size_t n_settings(void)
{
	size_t n = 0;

	while (settings_table[n].name)
		n++;
	return n;
}

const struct setting *conf_setting(const char *name)
{
	for (const struct setting *row = settings_table; row->name; row++)
		if (strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

const char *conf_env(const char *name)
{
	return getenv(name);
}

static void file_release(FILE **file)
{
	if (*file)
		fclose(*file);
}

/* A folder named .env is a virtual environment of Python, not a file of settings. */
static bool is_absent(const char *path)
{
	struct stat info;

	if (stat(path, &info) != 0)
		return errno == ENOENT || errno == ENOTDIR;
	return S_ISDIR(info.st_mode);
}

static enum err_code read_env_file(struct conf *conf, const char *path, struct places *places,
				   struct err *err)
{
	if (!path || is_absent(path))
		return ERR_OK;

	AUTO(file) FILE *file = fopen(path, "re");

	if (!file)
		return err_set(err, ERR_INVALID, "%s cannot be read: %s", path, strerror(errno));

	AUTO(buf) struct buf text = buf_new(ENV_FILE_MAX);
	char *end = buf_reserve(&text, ENV_FILE_MAX);

	text.n = fread(end, 1, ENV_FILE_MAX, file);
	if (ferror(file))
		return err_set(err, ERR_INVALID, "%s cannot be read: %s", path, strerror(errno));
	if (text.n == ENV_FILE_MAX)
		return err_set(err, ERR_INVALID, "%s is too large for a file of settings", path);
	conf->env_file = str_cstr(&conf->arena, str_of(path));
	places->n_file = conf_parse_env(buf_str(&text), &conf->arena, &places->file);
	return ERR_OK;
}

/* Empty counts as unset: that is how a setting is taken back in a shell or a unit file. */
static const char *unless_empty(const char *text)
{
	return text && text[0] ? text : NULL;
}

static bool is_called(const struct setting *row, const char *name)
{
	return strcmp(row->name, name) == 0 || (row->env && strcmp(row->env, name) == 0);
}

/* By the name of the setting, or of its variable. */
static const struct setting *setting_called(const char *name)
{
	for (const struct setting *row = settings_table; row->name; row++)
		if (is_called(row, name))
			return row;
	return NULL;
}

static const char *find_flag(const struct conf_flag *flags, const struct setting *row)
{
	const char *text = NULL;

	for (; flags && flags->name; flags++) {
		assert(setting_called(flags->name));
		if (is_called(row, flags->name))
			text = flags->text;
	}
	return text;
}

/* The names are those of the Python project, which takes them in any case. */
static const char *find_env(const char *name)
{
	const char *text = unless_empty(getenv(name));
	const size_t n = strlen(name);

	for (char **entry = environ; !text && entry && *entry; entry++)
		if (strncasecmp(*entry, name, n) == 0 && (*entry)[n] == '=')
			text = unless_empty(*entry + n + 1);
	return text;
}

static const char *find_in_file(const struct places *places, const char *name)
{
	for (size_t i = places->n_file; i > 0; i--)
		if (strcasecmp(places->file[i - 1].name, name) == 0)
			return unless_empty(places->file[i - 1].text);
	return NULL;
}

static const char *find_text(const struct setting *row, const struct places *places,
			     enum setting_source *ret_source)
{
	const char *const texts[] = {
		[FROM_DEFAULT] = row->default_text,
		[FROM_FILE] = find_in_file(places, row->env),
		[FROM_ENV] = places->has_env ? find_env(row->env) : NULL,
		[FROM_FLAG] = find_flag(places->flags, row),
	};

	for (int source = SETTING_SOURCE__COUNT - 1; source > FROM_DEFAULT; source--) {
		if (texts[source]) {
			*ret_source = (enum setting_source)source;
			return texts[source];
		}
	}
	*ret_source = FROM_DEFAULT;
	return texts[FROM_DEFAULT];
}

static const char *place_of(const struct conf *conf, const struct setting *row,
			    enum setting_source source)
{
	if (source == FROM_FLAG && row->flag)
		return row->flag;
	if (source == FROM_FILE)
		return conf->env_file;
	return source_names[source];
}

static enum err_code load_row(struct conf *conf, size_t i, const struct places *places,
			      struct err *err)
{
	const struct setting *row = &settings_table[i];
	void *member = (char *)&conf->values + row->offset;
	const char *text = find_text(row, places, &conf->sources[i]);
	const enum err_code code = conf_parse_value(row, text, &conf->arena, member, err);

	conf->texts[i] = str_cstr(&conf->arena, str_of(text));
	if (code != ERR_OK)
		err_prefix(err, place_of(conf, row, conf->sources[i]));
	return code;
}

static void init(struct conf *conf)
{
	*conf = (struct conf){ 0 };
	conf->sources = ARENA_ARRAY(&conf->arena, enum setting_source, n_settings());
	conf->texts = ARENA_ARRAY(&conf->arena, const char *, n_settings());
}

static enum err_code load_rows(struct conf *conf, const struct places *places, struct err *err)
{
	for (size_t i = 0; settings_table[i].name; i++)
		TRY(load_row(conf, i, places, err));
	return ERR_OK;
}

enum err_code conf_load(struct conf *conf, const struct conf_flag *flags, const char *env_file,
			struct err *err)
{
	struct places places = { .flags = flags, .has_env = true };

	init(conf);
	TRY(read_env_file(conf, env_file, &places, err));
	return load_rows(conf, &places, err);
}

enum err_code conf_load_given(struct conf *conf, const struct conf_flag *given, struct err *err)
{
	const struct places places = { .flags = given };

	init(conf);
	for (const struct conf_flag *flag = given; flag && flag->name; flag++)
		if (!setting_called(flag->name))
			return err_set(err, ERR_INVALID, "there is no setting \"%s\"", flag->name);
	return load_rows(conf, &places, err);
}

enum err_code conf_set(struct conf *conf, const char *name, const char *text, struct err *err)
{
	const struct setting *row = conf_setting(name);
	const size_t i = (size_t)(row - settings_table);
	void *member = (char *)&conf->values + row->offset;

	TRY(conf_parse_value(row, text, &conf->arena, member, err));
	conf->texts[i] = str_cstr(&conf->arena, str_of(text));
	conf->sources[i] = FROM_FLAG;
	return ERR_OK;
}

void conf_release(struct conf *conf)
{
	arena_release(&conf->arena);
	*conf = (struct conf){ 0 };
}

const char *conf_show(const struct conf *conf, const struct setting *setting, struct arena *arena)
{
	const char *text = conf->texts[setting - settings_table];

	if (!text || (setting->is_secret && str_trim(str_of(text)).n == 0))
		return "";
	if (setting->is_secret)
		return "(set)";
	if (setting->type == S_URL)
		return conf_url_label(text, arena);
	return str_cstr(arena, str_of(text));
}
