/* session.c -- the API key and the sessions had with it. */
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

void keyring_init(struct keyring *ring, const char *key)
{
	*ring = (struct keyring){ .is_set = key != NULL };
	if (!key)
		return;
	sha256("soniq key ", str_of(key), ring->key_hash);
	sha256("soniq session ", str_of(key), ring->mac_key);
}

bool keyring_is_key(const struct keyring *ring, struct str key)
{
	if (!ring->is_set || !key.p || key.n == 0 || key.n > 1024)
		return false;

	unsigned char hash[32];
	sha256("soniq key ", key, hash);
	return CRYPTO_memcmp(hash, ring->key_hash, sizeof(hash)) == 0;
}

static void add_hex(struct buf *b, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%02x", bytes[i]);
}

static void mac_of(const struct keyring *ring, struct str text, struct buf *out)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	HMAC(EVP_sha256(), ring->mac_key, sizeof(ring->mac_key),
	     (const unsigned char *)text.p, text.n, mac, &n);
	add_hex(out, mac, MAC_SIZE);
}

/* expiry in seconds "." nonce "." mac of both */
void session_make(const struct keyring *ring, usec_t now, char ret_token[SESSION_TOKEN_MAX])
{
	unsigned char nonce[NONCE_SIZE];
	random_bytes(nonce, sizeof(nonce));

	AUTO(buf) struct buf token = buf_new(SESSION_TOKEN_MAX - 1);
	buf_add_i64(&token, (now + SESSION_LIFE) / SECOND);
	buf_add_char(&token, '.');
	add_hex(&token, nonce, sizeof(nonce));

	AUTO(buf) struct buf mac = buf_new(2 * MAC_SIZE);
	mac_of(ring, buf_str(&token), &mac);
	snprintf(ret_token, SESSION_TOKEN_MAX, "%s.%s", buf_cstr(&token), buf_cstr(&mac));
}

bool session_is_good(const struct keyring *ring, struct str token, usec_t now)
{
	const size_t tail = 2 * MAC_SIZE + 1;
	if (!ring->is_set || !token.p || token.n <= tail || token.n >= SESSION_TOKEN_MAX)
		return false;

	const struct str signed_part = { token.p, token.n - tail };
	if (token.p[signed_part.n] != '.')
		return false;
	AUTO(buf) struct buf mac = buf_new(2 * MAC_SIZE);
	mac_of(ring, signed_part, &mac);
	if (CRYPTO_memcmp(token.p + signed_part.n + 1, mac.p, 2 * MAC_SIZE) != 0)
		return false;

	struct str rest = signed_part, expiry;
	int64_t until;
	return str_cut(&rest, '.', &expiry) && parse_i64(expiry, &until) && now / SECOND < until;
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
