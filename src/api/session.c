/* session.c -- the keys and the sessions had with them. */
#include "api/session.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/parse.h"

#define MAC_SIZE 32
#define NONCE_SIZE 16

static void sha256(const char *salt, struct str text, unsigned char out[32])
{
	AUTO(buf) struct buf b = buf_new(64 * 1024);
	buf_add_text(&b, salt);
	buf_add_str(&b, text);
	EVP_Digest(b.p, b.n, out, NULL, EVP_sha256(), NULL);
	OPENSSL_cleanse(b.p, b.n);
}

/* What is said before a key when it becomes a key that signs: of each role something else. */
static const char *const session_salts[ACCESS_ROLE__COUNT] = {
	[ROLE_VIEWER] = "soniq session viewer ",
	[ROLE_OPERATOR] = "soniq session operator ",
	[ROLE_ADMIN] = "soniq session ",
};

void keyring_init(struct keyring *ring, const char *const texts[ACCESS_ROLE__COUNT])
{
	*ring = (struct keyring){ 0 };
	for (int role = ROLE_VIEWER; role < ACCESS_ROLE__COUNT; role++) {
		if (!texts[role])
			continue;
		struct key *key = &ring->keys[role];
		sha256("soniq key ", str_of(texts[role]), key->hash);
		sha256(session_salts[role], str_of(texts[role]), key->mac_key);
		key->is_set = ring->is_set = true;
	}
}

enum access_role keyring_role(const struct keyring *ring, struct str key)
{
	enum access_role found = ROLE_NONE;
	if (!ring->is_set || !key.p || key.n == 0 || key.n > 1024)
		return ROLE_NONE;

	unsigned char hash[32];
	sha256("soniq key ", key, hash);
	for (int role = ROLE_VIEWER; role < ACCESS_ROLE__COUNT; role++) {
		const struct key *one = &ring->keys[role];
		const bool is_same = CRYPTO_memcmp(hash, one->hash, sizeof(hash)) == 0;
		found = is_same && one->is_set ? (enum access_role)role : found;
	}
	return found;
}

static void add_hex(struct buf *b, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%02x", bytes[i]);
}

static void mac_of(const struct key *key, struct str text, struct buf *out)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	HMAC(EVP_sha256(), key->mac_key, sizeof(key->mac_key),
	     (const unsigned char *)text.p, text.n, mac, &n);
	add_hex(out, mac, MAC_SIZE);
}

/* expiry in seconds "." nonce "." mac of both */
void session_make(const struct keyring *ring, enum access_role role, usec_t now,
		  char ret_token[SESSION_TOKEN_MAX])
{
	unsigned char nonce[NONCE_SIZE];
	random_bytes(nonce, sizeof(nonce));

	AUTO(buf) struct buf token = buf_new(SESSION_TOKEN_MAX - 1);
	buf_add_i64(&token, (now + SESSION_LIFE) / SECOND);
	buf_add_char(&token, '.');
	add_hex(&token, nonce, sizeof(nonce));

	AUTO(buf) struct buf mac = buf_new(2 * MAC_SIZE);
	mac_of(&ring->keys[role], buf_str(&token), &mac);
	snprintf(ret_token, SESSION_TOKEN_MAX, "%s.%s", buf_cstr(&token), buf_cstr(&mac));
}

/* mac: of 2 * MAC_SIZE digits. All keys are tried, found or not. */
static enum access_role signer_of(const struct keyring *ring, struct str text, const char *mac)
{
	enum access_role found = ROLE_NONE;

	for (int role = ROLE_VIEWER; role < ACCESS_ROLE__COUNT; role++) {
		AUTO(buf) struct buf right = buf_new(2 * MAC_SIZE);
		mac_of(&ring->keys[role], text, &right);
		const bool is_same = CRYPTO_memcmp(mac, right.p, 2 * MAC_SIZE) == 0;
		found = is_same && ring->keys[role].is_set ? (enum access_role)role : found;
	}
	return found;
}

enum access_role session_role(const struct keyring *ring, struct str token, usec_t now)
{
	const size_t tail = 2 * MAC_SIZE + 1;
	if (!ring->is_set || !token.p || token.n <= tail || token.n >= SESSION_TOKEN_MAX)
		return ROLE_NONE;

	const struct str signed_part = { token.p, token.n - tail };
	if (token.p[signed_part.n] != '.')
		return ROLE_NONE;
	const enum access_role role =
		signer_of(ring, signed_part, token.p + signed_part.n + 1);

	struct str rest = signed_part, expiry;
	int64_t until;
	const bool is_on = str_cut(&rest, '.', &expiry) && parse_i64(expiry, &until) &&
			   now / SECOND < until;
	return is_on ? role : ROLE_NONE;
}

bool session_next_cookie(struct str *cookies, struct str *ret_token)
{
	struct str item;
	while (str_cut(cookies, ';', &item)) {
		struct str value = str_trim(item), name;
		str_cut(&value, '=', &name);
		if (value.p && str_eq(name, S(SESSION_COOKIE))) {
			*ret_token = value;
			return true;
		}
	}
	return false;
}

/* What is different in every token, and of one length. */
static const char *mac_text(struct str token)
{
	return token.p + token.n - SESSION_MAC_TEXT;
}

bool sessions_over_has(const struct sessions_over *over, struct str token)
{
	const size_t n = over->n < SESSIONS_OVER_MAX ? over->n : SESSIONS_OVER_MAX;

	for (size_t i = 0; i < n; i++)
		if (memcmp(over->macs[i], mac_text(token), SESSION_MAC_TEXT) == 0)
			return true;
	return false;
}

void sessions_over_put(struct sessions_over *over, struct str token)
{
	if (!sessions_over_has(over, token))
		memcpy(over->macs[over->n++ % SESSIONS_OVER_MAX], mac_text(token),
		       SESSION_MAC_TEXT);
}

static size_t slot_of(const char *address)
{
	size_t hash = 5381;
	for (; *address; address++)
		hash = hash * 33 + (unsigned char)*address;
	return hash % THROTTLE_PEERS;
}

void throttle_count(struct throttle *t, const char *address, usec_t mono)
{
	const size_t i = slot_of(address);
	const int64_t minute = mono / MINUTE;

	if (strcmp(t->peers[i].address, address) != 0 || t->peers[i].minute != minute) {
		snprintf(t->peers[i].address, sizeof(t->peers[i].address), "%s", address);
		t->peers[i].minute = minute;
		t->peers[i].tries = 0;
	}
	t->peers[i].tries++;
	if (t->minute != minute)
		t->tries = 0;
	t->minute = minute;
	t->tries++;
}

bool throttle_is_over(const struct throttle *t, const char *address, usec_t mono)
{
	const size_t i = slot_of(address);
	if (t->minute == mono / MINUTE && t->tries >= THROTTLE_TRIES_ALL)
		return true;
	return t->peers[i].minute == mono / MINUTE && t->peers[i].tries >= THROTTLE_TRIES &&
	       strcmp(t->peers[i].address, address) == 0;
}
