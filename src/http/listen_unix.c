/* listen_unix.c -- making a Unix socket: whose it is, and who may connect. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/serving.h"

/* A socket that nobody listens at any more is in the way; one that somebody does is not ours. */
static bool is_stale(const struct sockaddr_un *sun)
{
	struct stat st;
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool is_refused = false;

	if (fd >= 0)
		is_refused = connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) != 0 &&
			     errno == ECONNREFUSED;
	if (fd >= 0)
		close(fd);
	return is_refused && lstat(sun->sun_path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static enum err_code in_use(const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return err_set(err, ERR_CONFLICT,
			       "%s is there and is no socket: choose another path for the socket",
			       path);
	return err_set(err, ERR_CONFLICT,
		       "the socket %s is in use by another program: end it, or choose another path",
		       path);
}

static enum err_code bind_error(const char *path, int code, struct err *err)
{
	switch (code) {
	case EADDRINUSE:
		return in_use(path, err);
	case EACCES:
	case EPERM:
		return err_set(err, ERR_FORBIDDEN,
			       "not allowed to make the socket %s: choose a "
			       "folder that the dashboard's user may write to",
			       path);
	case ENOENT:
	case ENOTDIR:
		return err_set(err, ERR_INVALID,
			       "cannot make the socket %s: there is no such folder; make "
			       "it, or choose another path",
			       path);
	default:
		return err_set(err, ERR_INVALID, "cannot make the socket %s: %s", path,
			       strerror(code));
	}
}

/* Nobody can connect before it listens, and that is after this. */
static enum err_code give_away(const struct server_socket *at, struct err *err)
{
	const bool is_given = at->owner != (uid_t)-1 || at->group != (gid_t)-1;

	if (is_given && lchown(at->path, at->owner, at->group) != 0)
		return err_set(err, ERR_FORBIDDEN,
			       "cannot give the socket %s away: %s. Only root may give it to "
			       "another user; a group must be one that the dashboard's user is in",
			       at->path, strerror(errno));
	if (chmod(at->path, at->mode) != 0)
		return err_set(err, ERR_FORBIDDEN, "cannot set the mode of the socket %s: %s",
			       at->path, strerror(errno));
	return ERR_OK;
}

enum err_code listen_unix(const struct server_socket *at, int *ret_fd, struct err *err)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlen(at->path) >= sizeof(sun.sun_path))
		return err_set(err, ERR_INVALID, "the path of the socket is longer than %zu bytes",
			       sizeof(sun.sun_path) - 1);
	memcpy(sun.sun_path, at->path, strlen(at->path) + 1);
	if (is_stale(&sun))
		unlink(at->path);

	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* On Linux the file gets the mode of the socket: there is no moment with another one. */
	if (fd < 0 || fchmod(fd, 0600) != 0 ||
	    bind(fd, (struct sockaddr *)&sun, sizeof(sun)) != 0) {
		const int code = errno;
		if (fd >= 0)
			close(fd);
		return bind_error(at->path, code, err);
	}
	const enum err_code code = give_away(at, err);
	if (code != ERR_OK) {
		unlink(at->path);
		close(fd);
		return code;
	}
	*ret_fd = fd;
	return ERR_OK;
}
