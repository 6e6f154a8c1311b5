/* proxy.h -- proxies that are believed: which ones, where a caller behind them is, and how their
 * users' names become roles. */
#ifndef API_PROXY_H
#define API_PROXY_H

#include <stdbool.h>

#include "api/access.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* An address of IPv4 or IPv6; a mapped one is IPv4, as the kernel has it. */
struct ip {
	unsigned char bytes[16];
	int n;                          /* 4 or 16 */
};

/* False when it is none: no names, no zones, nothing before or behind. */
bool ip_parse(struct str text, struct ip *ret);

struct network {
	struct ip ip;
	int bits;                       /* 1 .. 8 * ip.n */
};

struct proxy_list {
	struct network *items;
	size_t n;
	bool has_unix;                  /* whoever comes by our Unix socket */
};
/* "10.0.0.0/8, ::1, unix". Errors: INVALID  an entry is none of these, has bits behind its prefix,
 * or would believe everybody (/0) */
enum err_code proxy_list_parse(const char *text, struct arena *arena, struct proxy_list *ret,
			       struct err *err) MUST_CHECK;
/* address: as struct peer has it. */
bool proxy_list_has(const struct proxy_list *list, struct str address);
/* X-Forwarded-For of a request that a proxy of the list sent: from its end, the first that is no
 * such proxy, in its usual form. False when there is nothing that can be read: what stands before
 * it is anybody's guess. */
bool proxy_client(const struct proxy_list *list, struct str forwarded, char *ret, size_t room);

#define USER_NAME_MAX 256

/* UTF-8, of 1 to USER_NAME_MAX bytes, without control characters. */
bool user_name_is_valid(struct str name);

struct role_list {
	struct user_role { struct str name; enum access_role role; } *items;
	size_t n;
	enum access_role others;        /* of everybody else */
};
/* "alice=admin, bob=operator, *=viewer".
 * Errors: INVALID  an entry is not like that, or a name comes twice */
enum err_code role_list_parse(const char *text, struct arena *arena, struct role_list *ret,
			      struct err *err) MUST_CHECK;
enum access_role role_list_find(const struct role_list *list, struct str name);

#endif
