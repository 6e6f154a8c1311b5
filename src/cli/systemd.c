/* systemd.c -- sockets from a service manager, and notes to it, by environment and datagram. */
#include "cli/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/parse.h"
#include "conf/conf.h"

#define FIRST_FD 3
#define NOTE_MAX 512

/* A whole number above 0 in the environment; 0: there is none. */
static int64_t number_of(const char *name)
{
	const char *text = conf_env(name);
	int64_t n = 0;
	return text && parse_i64(str_of(text), &n) && n > 0 ? n : 0;
}

/* ---- sockets that are handed over ---- */

/* Its name in LISTEN_FDNAMES, which is that of the socket unit; "" if it has none. */
static struct str name_of(int i)
{
	const char *names = conf_env("LISTEN_FDNAMES");
	struct str rest = names ? str_of(names) : S(""), name = S("");
	for (int at = 0; at <= i; at++)
		if (!str_cut(&rest, ':', &name))
			return S("");
	return name;
}

static int socket_number(int fd, int option)
{
	int value = -1;
	socklen_t n = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, option, &value, &n) == 0 ? value : -1;
}

static bool is_listening_stream(int fd)
{
	const int family = socket_number(fd, SO_DOMAIN);
	return (family == AF_INET || family == AF_INET6 || family == AF_UNIX) &&
	       socket_number(fd, SO_TYPE) == SOCK_STREAM && socket_number(fd, SO_ACCEPTCONN) == 1;
}

static void set_close_on_exec(int fd, bool is_on)
{
	(void)fcntl(fd, F_SETFD, is_on ? FD_CLOEXEC : 0);
}

static enum err_code take_one(struct handed *handed, struct err *err)
{
	const int fd = FIRST_FD + handed->n;
	const struct str name = name_of(handed->n);

	if (!is_listening_stream(fd))
		return err_set(err, ERR_INVALID,
			       "descriptor %d (%.*s) that was handed over is no stream socket that "
			       "listens: the socket unit needs ListenStream= and Accept=no",
			       fd, STR_ARG(name));
	set_close_on_exec(fd, true);
	handed->fds[handed->n++] = fd;
	return ERR_OK;
}

/* The variables stay: whoever is started by us has another process id, and after --reload this
 * process is to find them once more. */
enum err_code systemd_take(struct handed *ret, struct err *err)
{
	const int64_t n = number_of("LISTEN_FDS");
	struct handed handed = { .n = 0 };

	*ret = handed;
	if (n == 0 || number_of("LISTEN_PID") != getpid())
		return ERR_OK;
	if (n > SERVER_LISTENERS_MAX)
		return err_set(err, ERR_INVALID,
			       "%" PRId64 " sockets were handed over: at most %d are served", n,
			       SERVER_LISTENERS_MAX);
	while (handed.n < n)
		TRY(take_one(&handed, err));
	*ret = handed;
	return ERR_OK;
}

void systemd_pass_on(const struct handed *handed)
{
	for (int i = 0; i < handed->n; i++)
		set_close_on_exec(handed->fds[i], false);
}

/* ---- notes ---- */

/* "@name" is an abstract address, which begins with a zero byte. */
static socklen_t address_of(const char *where, struct sockaddr_un *ret)
{
	const size_t n = strlen(where);

	*ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if ((where[0] != '/' && where[0] != '@') || n < 2 || n >= sizeof(ret->sun_path))
		return 0;
	memcpy(ret->sun_path, where, n);
	if (where[0] == '@')
		ret->sun_path[0] = '\0';
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

/* A manager that does not listen is no reason to stop. One that is behind is waited for a moment,
 * but not when the note comes again (MSG_DONTWAIT): the loop has others to serve. */
static void tell(const char *note, size_t n, int flags)
{
	const struct timeval patience = { .tv_sec = 1 };
	const char *where = conf_env("NOTIFY_SOCKET");
	struct sockaddr_un sun;
	const socklen_t length = where ? address_of(where, &sun) : 0;

	if (length == 0)
		return;
	const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	(void)!sendto(fd, note, n, flags | MSG_NOSIGNAL, (const struct sockaddr *)&sun, length);
	close(fd);
}

void systemd_ready(const char *status)
{
	char note[NOTE_MAX];
	const int n = snprintf(note, sizeof(note), "READY=1\nMAINPID=%d\nSTATUS=%s", (int)getpid(),
			       status);
	tell(note, n < (int)sizeof(note) ? (size_t)n : sizeof(note) - 1, 0);
}

void systemd_stopping(void)
{
	static const char note[] = "STOPPING=1\nSTATUS=Finishing what runs";
	tell(note, sizeof(note) - 1, 0);
}

/* The moment tells the manager which of two reloads the next READY=1 belongs to. */
void systemd_reloading(void)
{
	char note[NOTE_MAX];
	const int n = snprintf(note, sizeof(note),
			       "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\nSTATUS=Starting again",
			       clock_mono());
	tell(note, (size_t)n, 0);
}

void systemd_alive(void)
{
	static const char note[] = "WATCHDOG=1";
	tell(note, sizeof(note) - 1, MSG_DONTWAIT);
}

usec_t systemd_watchdog(void)
{
	const int64_t pid = number_of("WATCHDOG_PID");
	return pid == 0 || pid == getpid() ? number_of("WATCHDOG_USEC") : 0;
}
