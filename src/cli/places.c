/* places.c -- where the dashboard is to be reached, by its settings or by what it was given. */
#include "cli/places.h"

#include <arpa/inet.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/api.h"
#include "base/parse.h"

#define LOOKUP_MAX 16384
#define ID_MAX 0xFFFFFFFEll

static void add_place(struct places *places, const char *host, int port)
{
	places->all[places->n] = (struct place){ host, port };
	places->hosts[places->n++] = host;
	places->hosts[places->n] = NULL;
	places->is_local_only = places->is_local_only && api_host_is_local(host);
}

/* ---- a socket of our own ---- */

static bool is_id(struct str name, int64_t *ret)
{
	return parse_i64(name, ret) && *ret >= 0 && *ret <= ID_MAX;
}

static enum err_code find_user(struct cli *cli, struct str name, uid_t *ret, struct err *err)
{
	char *room = arena_alloc(&cli->arena, LOOKUP_MAX);
	struct passwd entry, *found = NULL;
	int64_t id;

	if (is_id(name, &id)) {
		*ret = (uid_t)id;
		return ERR_OK;
	}
	getpwnam_r(str_cstr(&cli->arena, name), &entry, room, LOOKUP_MAX, &found);
	if (!found)
		return err_set(err, ERR_INVALID, "--unix-owner: there is no user \"%.*s\" here",
			       STR_ARG(name));
	*ret = found->pw_uid;
	return ERR_OK;
}

static enum err_code find_group(struct cli *cli, struct str name, gid_t *ret, struct err *err)
{
	char *room = arena_alloc(&cli->arena, LOOKUP_MAX);
	struct group entry, *found = NULL;
	int64_t id;

	if (is_id(name, &id)) {
		*ret = (gid_t)id;
		return ERR_OK;
	}
	getgrnam_r(str_cstr(&cli->arena, name), &entry, room, LOOKUP_MAX, &found);
	if (!found)
		return err_set(err, ERR_INVALID, "--unix-owner: there is no group \"%.*s\" here",
			       STR_ARG(name));
	*ret = found->gr_gid;
	return ERR_OK;
}

/* "user", "user:group" or ":group". */
static enum err_code read_owner(struct cli *cli, const char *text, struct server_socket *socket,
				struct err *err)
{
	struct str group = text ? str_of(text) : S(""), user;

	str_cut(&group, ':', &user);
	if (text && user.n == 0 && group.n == 0)
		return err_set(err, ERR_INVALID, "--unix-owner: write user, user:group or :group");
	if (user.n > 0)
		TRY(find_user(cli, user, &socket->owner, err));
	return group.n > 0 ? find_group(cli, group, &socket->group, err) : ERR_OK;
}

static enum err_code read_mode(const char *text, unsigned *ret, struct err *err)
{
	unsigned mode = 0;

	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '7')
			mode = ~0u;
		else if (mode <= 0777)
			mode = mode << 3 | (unsigned)(*c - '0');
	}
	if (mode > 0777)
		return err_set(err, ERR_INVALID,
			       "--unix-mode: \"%s\" is no mode of a socket: "
			       "write octal digits, 0600 to 0777",
			       text);
	*ret = mode;
	return ERR_OK;
}

static enum err_code find_socket(struct cli *cli, struct places *places, struct err *err)
{
	const struct settings *s = &cli->conf.values;
	const char *path = s->dashboard.unix_path;
	char folder[4096];

	if (path[0] != '/') {
		if (!getcwd(folder, sizeof(folder)))
			return err_set(err, ERR_NOT_FOUND,
				       "--unix: the working folder is gone: "
				       "write a path that begins with a slash");
		path = arena_printf(&cli->arena, "%s/%s", folder, path);
	}
	places->socket =
		(struct server_socket){ .path = path, .owner = (uid_t)-1, .group = (gid_t)-1 };
	add_place(places, path, 0);
	TRY(read_mode(s->dashboard.unix_mode, &places->socket.mode, err));
	return read_owner(cli, s->dashboard.unix_owner, &places->socket, err);
}

/* ---- sockets that were handed over ---- */

static void add_handed(struct cli *cli, struct places *places, int fd)
{
	struct sockaddr_storage ss = { 0 };
	const struct sockaddr_in *four = (const void *)&ss;
	const struct sockaddr_in6 *six = (const void *)&ss;
	const struct sockaddr_un *local = (const void *)&ss;
	socklen_t n = sizeof(ss);
	char text[INET6_ADDRSTRLEN] = "";

	getsockname(fd, (struct sockaddr *)&ss, &n);
	if (ss.ss_family == AF_UNIX) {
		/* an abstract one has no path, but is as local */
		const bool has_path = local->sun_path[0] == '/';
		add_place(places,
			  arena_printf(&cli->arena, "%s%s", has_path ? "" : "/@",
				       local->sun_path + (has_path ? 0 : 1)),
			  0);
		return;
	}
	if (ss.ss_family == AF_INET)
		inet_ntop(AF_INET, &four->sin_addr, text, sizeof(text));
	else
		inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof(text));
	add_place(places, arena_printf(&cli->arena, "%s", text),
		  ntohs(ss.ss_family == AF_INET ? four->sin_port : six->sin6_port));
}

enum err_code places_find(struct cli *cli, const struct handed *handed, struct places *ret,
			  struct err *err)
{
	const struct settings *s = &cli->conf.values;

	*ret = (struct places){ .is_local_only = true };
	for (int i = 0; i < handed->n; i++)
		add_handed(cli, ret, handed->fds[i]);
	if (ret->n > 0)
		return ERR_OK;
	if (s->dashboard.unix_path)
		return find_socket(cli, ret, err);
	add_place(ret, s->dashboard.host, 0);
	return ERR_OK;
}

static const char *place_text(struct cli *cli, const struct place *place, int port)
{
	if (place->host[0] == '/')
		return place->host;
	return arena_printf(&cli->arena,
			    strchr(place->host, ':') ? "http://[%s]:%d" : "http://%s:%d",
			    place->host, place->port ? place->port : port);
}

const char *places_text(struct cli *cli, const struct places *places, int port)
{
	const char *text = place_text(cli, &places->all[0], port);

	for (int i = 1; i < places->n; i++)
		text = arena_printf(&cli->arena, "%s, %s", text,
				    place_text(cli, &places->all[i], port));
	return text;
}
