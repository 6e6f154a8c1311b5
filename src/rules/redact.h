/* redact.h -- what looks like a secret in the data of a job: not for everybody who may look.
 *
 * By the names of keys, at any depth: one that has a word of the list in it, where words are told
 * apart by case and by what is no letter ("userPassword", "API-key"; "max_tokens" has no "token").
 * And in texts by what stands behind such a name (`token=...`, `'password': '...'`,
 * `Authorization: Bearer ...`), in an address (`://user:...@`), and what looks like a JWT. It hides
 * too much rather than too little, and cannot know everything: who may not see secrets at all must
 * not see the jobs.
 */
#ifndef RULES_REDACT_H
#define RULES_REDACT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/record.h"
#include "base/str.h"

#define REDACTED "[hidden]"
/* The words that are always in the list, but where nothing is to be hidden. */
#define REDACT_USUAL                                                                           \
	"password, passwords, passwd, passphrase, pwd, secret, secrets, token, api_key, "      \
	"access_key, private_key, authorization, cookie, credential, credentials, dsn, jwt, "  \
	"cvv, cvc, card_number, iban, ssn"

/* Such a text, as the functions below want it: struct str. */
struct list redact_words(struct str text, struct arena *arena);

/* words: of redact_words; none: nothing is a secret. */
bool redact_is_secret(const struct list *words, struct str name);
/* JSON, whole or cut: the values of such keys become "[hidden]", whatever they are, and other
 * strings are texts. Valid JSON stays valid; NULL stays NULL. */
struct str redact_json(const struct list *words, struct str json, struct arena *arena);
struct str redact_text(const struct list *words, struct str text, struct arena *arena);
/* All fields of a row that are marked FIELD_PRIVATE. */
void redact_row(const struct list *words, const struct record *record, void *row,
		struct arena *arena);

#endif
