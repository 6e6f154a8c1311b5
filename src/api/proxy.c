/* proxy.c -- addresses, networks, and what comes by X-Forwarded-For. */
#include "api/proxy.h"

#include <arpa/inet.h>

#include "base/list.h"
#include "base/parse.h"

#define PROXIES "SONIQ_DASHBOARD_TRUSTED_PROXIES"

static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

bool ip_parse(struct str text, struct ip *ret)
{
	char room[INET6_ADDRSTRLEN];
	struct ip ip = { .n = 4 };
	if (!text.p || text.n >= sizeof(room) || memchr(text.p, '\0', text.n))
		return false;

	memcpy(room, text.p, text.n);
	room[text.n] = '\0';
	if (inet_pton(AF_INET, room, ip.bytes) == 1) {
		*ret = ip;
		return true;
	}
	if (inet_pton(AF_INET6, room, ip.bytes) != 1)
		return false;
	ip.n = 16;
	if (memcmp(ip.bytes, mapped, sizeof(mapped)) == 0) {
		memmove(ip.bytes, ip.bytes + sizeof(mapped), 4);
		memset(ip.bytes + 4, 0, sizeof(mapped));
		ip.n = 4;
	}
	*ret = ip;
	return true;
}

static int bit_of(const struct ip *ip, int i)
{
	return ip->bytes[i / 8] >> (7 - i % 8) & 1;
}

static bool network_has(const struct network *network, const struct ip *ip)
{
	if (ip->n != network->ip.n)
		return false;
	for (int i = 0; i < network->bits; i++)
		if (bit_of(ip, i) != bit_of(&network->ip, i))
			return false;
	return true;
}

static bool has_rest(const struct network *network)
{
	for (int i = network->bits; i < 8 * network->ip.n; i++)
		if (bit_of(&network->ip, i))
			return true;
	return false;
}

/* What is wrong with an entry; NULL: nothing. */
static const char *network_parse(struct str text, struct network *ret)
{
	struct str bits, address;
	int64_t n;
	bits = text;
	str_cut(&bits, '/', &address);
	if (!ip_parse(address, &ret->ip))
		return "is no address, network or \"unix\"";
	/* Of a mapped address the prefix would count other bits than it says. */
	if (bits.p && ret->ip.n == 4 && memchr(address.p, ':', address.n))
		return "is no network: write it as one of IPv4";

	ret->bits = 8 * ret->ip.n;
	if (!bits.p)
		return NULL;
	if (!parse_i64(bits, &n) || n < 0 || n > ret->bits)
		return "is no network: its prefix is not one";
	ret->bits = (int)n;
	if (n == 0)
		return "would believe everybody";
	return has_rest(ret) ? "is no network: there are bits behind its prefix" : NULL;
}

enum err_code proxy_list_parse(const char *text, struct arena *arena, struct proxy_list *ret,
			       struct err *err)
{
	struct list items = list_new(arena, sizeof(struct network));
	struct str rest = str_of(text), entry;
	bool has_unix = false;

	while (str_cut(&rest, ',', &entry)) {
		entry = str_trim(entry);
		if (entry.n == 0)
			continue;
		if (str_eq(entry, S("unix"))) {
			has_unix = true;
			continue;
		}
		struct network network = { 0 };
		const char *wrong = network_parse(entry, &network);
		if (wrong)
			return err_set(err, ERR_INVALID, PROXIES ": \"%.*s\" %s", STR_ARG(entry),
				       wrong);
		*(struct network *)list_add(&items) = network;
	}
	*ret = (struct proxy_list){ items.items, items.n, has_unix };
	return ERR_OK;
}

static bool has_ip(const struct proxy_list *list, const struct ip *ip)
{
	for (size_t i = 0; i < list->n; i++)
		if (network_has(&list->items[i], ip))
			return true;
	return false;
}

bool proxy_list_has(const struct proxy_list *list, struct str address)
{
	struct ip ip;
	if (str_eq(address, S("unix")))
		return list->has_unix;
	return ip_parse(address, &ip) && has_ip(list, &ip);
}

/* Some proxies write the port, too: "192.0.2.1:5678", "[2001:db8::1]:80", "[2001:db8::1]". */
static struct str without_port(struct str text)
{
	const char *end;
	if (text.n > 0 && text.p[0] == '[') {
		end = memchr(text.p, ']', text.n);
		return end ? (struct str){ text.p + 1, (size_t)(end - text.p) - 1 } : text;
	}
	end = memchr(text.p, ':', text.n);
	if (!end || memchr(end + 1, ':', text.n - (size_t)(end - text.p) - 1))
		return text;
	return (struct str){ text.p, (size_t)(end - text.p) };
}

static struct str last_entry(struct str *rest)
{
	size_t at = rest->n;
	while (at > 0 && rest->p[at - 1] != ',')
		at--;

	const struct str entry = { rest->p + at, rest->n - at };
	rest->n = at > 0 ? at - 1 : 0;
	return str_trim(entry);
}

bool proxy_client(const struct proxy_list *list, struct str forwarded, char *ret, size_t room)
{
	struct ip ip, found = { 0 };
	while (forwarded.n > 0 && ip_parse(without_port(last_entry(&forwarded)), &ip)) {
		found = ip;
		if (!has_ip(list, &ip))
			break;
	}
	return found.n > 0 && inet_ntop(found.n == 4 ? AF_INET : AF_INET6, found.bytes, ret,
					(socklen_t)room);
}
