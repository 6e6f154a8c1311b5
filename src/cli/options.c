/* options.c -- from words of the command line to structs, by tables. */
#include "cli/options.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"

#define NAMES_MAX 128
#define DISTANCE_MAX 32

/* How many letters must change (Levenshtein), for names of at most DISTANCE_MAX letters. */
static size_t distance(const char *a, const char *b)
{
	size_t row[DISTANCE_MAX + 1];
	const size_t na = strlen(a), nb = strlen(b);
	if (na > DISTANCE_MAX || nb > DISTANCE_MAX)
		return DISTANCE_MAX;

	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; i <= na; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			const size_t change = diagonal + (a[i - 1] != b[j - 1]);
			const size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
			diagonal = row[j];
			row[j] = change < step ? change : step;
		}
	}
	return row[nb];
}

const char *nearest(const char *wrong, const char *const *names, size_t n)
{
	const char *best = NULL;
	size_t best_distance = (strlen(wrong) + 2) / 3 + 1;
	if (best_distance > 4)
		best_distance = 4;
	for (size_t i = 0; i < n; i++) {
		const size_t d = distance(wrong, names[i]);
		if (d < best_distance) {
			best = names[i];
			best_distance = d;
		}
	}
	return best;
}

static const struct option *option_find(const struct option *table, const char *word, size_t n)
{
	for (; table && table->name; table++)
		if (strlen(table->name) == n && memcmp(table->name, word, n) == 0)
			return table;
	return NULL;
}

static const struct option *letter_find(const struct option *table, char letter)
{
	for (; table && table->name; table++)
		if (table->letter && table->letter == letter)
			return table;
	return NULL;
}

static const struct setting *flag_find(const struct command *command, const char *word, size_t n)
{
	const char *const *name = command ? command->settings : NULL;
	for (; name && *name; name++) {
		const struct setting *setting = conf_setting(*name);
		if (setting && setting->flag && strlen(setting->flag) == n &&
		    memcmp(setting->flag, word, n) == 0)
			return setting;
	}
	return NULL;
}

static bool is_choice(const char *choices, const char *text)
{
	struct str rest = str_of(choices), one;
	while (str_cut(&rest, '|', &one))
		if (str_eq(one, str_of(text)))
			return true;
	return false;
}

static enum err_code set_int(const struct option *o, const char *text, void *out,
			     struct err *err)
{
	int64_t n;
	if (!parse_i64(str_of(text), &n) || n < o->min || n > o->max)
		return err_param(err, o->name,
				 "%s must be a whole number from %" PRId64 " to %" PRId64, o->name,
				 o->min, o->max);
	*(int64_t *)out = n;
	return ERR_OK;
}

static enum err_code set_option(const struct option *o, const char *text, void *opts,
				struct err *err)
{
	void *out = (char *)opts + o->offset;

	if (o->type == OPT_FLAG) {
		*(bool *)out = true;
		return ERR_OK;
	}
	if (o->type == OPT_INT)
		return set_int(o, text, out, err);
	if (o->type == OPT_CHOICE && !is_choice(o->choices, text))
		return err_param(err, o->name, "%s must be one of %s", o->name, o->choices);
	*(const char **)out = text;
	return ERR_OK;
}

void options_default(const struct option *table, void *opts)
{
	struct err err;
	for (; table && table->name; table++)
		if (table->default_text &&
		    set_option(table, table->default_text, opts, &err) != ERR_OK)
			abort();        /* a default in our own table that is out of range */
}

static enum err_code unknown(const struct parse *p, const char *word, struct err *err)
{
	const char *names[NAMES_MAX];
	size_t n = 0;
	const struct option *tables[] = { p->command ? p->command->options : NULL, global_options };

	for (size_t t = 0; t < ARRAY_LEN(tables); t++)
		for (const struct option *o = tables[t]; o && o->name && n < NAMES_MAX; o++)
			if (t == 0 || command_takes(p->command, o))
				names[n++] = o->name;
	const char *const *setting = p->command ? p->command->settings : NULL;
	for (; setting && *setting && n < NAMES_MAX; setting++)
		names[n++] = conf_setting(*setting)->flag;

	const char *near = nearest(word, names, n);
	if (near)
		return err_set(err, ERR_INVALID, "unknown option %.60s; did you mean %s?", word,
			       near);
	return err_set(err, ERR_INVALID, "unknown option %.60s; see soniq %s%s--help", word,
		       p->command ? p->command->name : "", p->command ? " " : "");
}

/* The value of an option: behind '=', or the next word. */
static enum err_code take_value(struct parse *p, const char *word, size_t name_n,
				const char **ret, struct err *err)
{
	if (word[name_n] == '=') {
		*ret = word + name_n + 1;
		return ERR_OK;
	}
	if (!p->words[1])
		return err_set(err, ERR_INVALID, "%s needs a value", word);
	*ret = *++p->words;
	return ERR_OK;
}

static enum err_code take_setting(struct parse *p, const struct setting *setting,
				  const char *word, size_t n, struct err *err)
{
	const char *text = "true";
	if (setting->type != S_BOOL || word[n] == '=')
		TRY(take_value(p, word, n, &text, err));
	if (p->n_flags == PARSE_FLAGS_MAX)
		return err_set(err, ERR_INVALID, "too many options");
	p->flags[p->n_flags++] = (struct conf_flag){ setting->name, text };
	return ERR_OK;
}

static enum err_code take_option(struct parse *p, const struct option *o, void *opts,
				 const char *word, size_t n, struct err *err)
{
	const char *text = NULL;
	if (o->type != OPT_FLAG)
		TRY(take_value(p, word, n, &text, err));
	else if (word[n] == '=')
		return err_param(err, o->name, "%s takes no value", o->name);
	return set_option(o, text, opts, err);
}

static enum err_code take_long(struct parse *p, struct err *err)
{
	const char *word = *p->words;
	const size_t n = strcspn(word, "=");
	const struct option *own = p->command ? p->command->options : NULL;
	const struct option *o = option_find(own, word, n);
	const struct setting *setting = flag_find(p->command, word, n);

	if (o)
		return take_option(p, o, p->opts, word, n, err);
	if (setting)
		return take_setting(p, setting, word, n, err);
	o = option_find(global_options, word, n);
	if (!o)
		return unknown(p, word, err);
	if (!command_takes(p->command, o))
		return err_param(err, o->name, "%s takes no %s", p->command->name, o->name);
	if (strcmp(o->name, "--database-url") == 0)
		return take_setting(p, conf_setting("database.url"), word, n, err);
	return take_option(p, o, p->globals, word, n, err);
}

static enum err_code take_letter(struct parse *p, const struct option *o, void *opts,
				 const char *rest, struct err *err)
{
	const char *text = rest;
	if (o->type != OPT_FLAG && !rest[0]) {
		if (!p->words[1])
			return err_param(err, o->name, "-%c needs a value", o->letter);
		text = *++p->words;
	}
	return set_option(o, text, opts, err);
}

/* "-jv" is "-j -v"; the value of "-o" is what follows, here or as the next word. */
static enum err_code take_letters(struct parse *p, struct err *err)
{
	const char *word = *p->words;
	for (const char *c = word + 1; *c; c++) {
		const struct option *o = letter_find(p->command ? p->command->options : NULL, *c);
		void *opts = p->opts;
		if (!o) {
			o = letter_find(global_options, *c);
			opts = p->globals;
		}
		if (!o)
			return unknown(p, word, err);
		TRY(take_letter(p, o, opts, c + 1, err));
		if (o->type != OPT_FLAG)
			break;
	}
	return ERR_OK;
}

enum err_code options_parse(struct parse *p, struct err *err)
{
	bool is_over = false;   /* "--" came: all that follows is an argument */

	for (; *p->words; p->words++) {
		const char *word = *p->words;
		const bool is_plain = is_over || word[0] != '-' || word[1] == '\0';
		if (is_plain && !p->takes_args)
			break;
		if (is_plain)
			p->args[p->n_args++] = *p->words;
		else if (strcmp(word, "--") == 0)
			is_over = true;
		else
			TRY(word[1] == '-' ? take_long(p, err) : take_letters(p, err));
	}
	p->args[p->n_args] = NULL;
	return ERR_OK;
}
