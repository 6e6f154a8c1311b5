/* screen.c -- the alternate screen of a terminal, by the few codes that all of them know. */
#include "cli/screen.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l\033[?7l"    /* other screen, no cursor, no wrapping */
#define LEAVE "\033[?7h\033[?25h\033[?1049l"

static void measure(struct screen *screen)
{
	struct winsize size = { 0 };
	ioctl(fileno(screen->out), TIOCGWINSZ, &size);
	screen->lines = size.ws_row > 0 ? size.ws_row : 24;
	screen->columns = size.ws_col > 0 ? size.ws_col : 80;
}

static void signal_set(sigset_t *set)
{
	static const int caught[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH };
	sigemptyset(set);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaddset(set, caught[i]);
}

void screen_open(struct screen *screen, FILE *out)
{
	sigset_t set;
	*screen = (struct screen){ .out = out, .is_open = true };
	signal_set(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	screen->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	screen->has_keys = tcgetattr(STDIN_FILENO, &screen->before) == 0;
	if (screen->has_keys) {
		struct termios raw = screen->before;
		raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
		raw.c_cc[VSUSP] = _POSIX_VDISABLE;      /* it would leave the shell in our screen */
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	measure(screen);
	fputs(ENTER, out);
	fflush(out);
}

void screen_release(struct screen *screen)
{
	sigset_t set;
	if (!screen->is_open)
		return;
	screen->is_open = false;
	fputs(LEAVE, screen->out);
	fflush(screen->out);
	if (screen->has_keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &screen->before);
	if (screen->signals >= 0)
		close(screen->signals);
	signal_set(&set);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void screen_show(struct screen *screen, struct str text)
{
	struct str line;
	fputs("\033[H", screen->out);
	for (int n = 0; n < screen->lines && str_cut(&text, '\n', &line); n++)
		fprintf(screen->out, "%s%.*s\033[K", n ? "\r\n" : "", STR_ARG(line));
	fputs("\033[J", screen->out);
	fflush(screen->out);
}

/* SIGINT is how people leave a program on a terminal: no other end than "q". */
static enum screen_event on_signal(struct screen *screen, int *ret_signal)
{
	struct signalfd_siginfo info;
	enum screen_event event = SCREEN_TIME;
	while (read(screen->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGINT)
			return SCREEN_QUIT;
		if (info.ssi_signo != SIGWINCH) {
			*ret_signal = (int)info.ssi_signo;
			return SCREEN_KILLED;
		}
		measure(screen);
		event = SCREEN_RESIZED;
	}
	return event;
}

static bool is_quit(struct screen *screen)
{
	char keys[64];
	const ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));
	if (n <= 0)
		screen->has_keys = false;
	for (ssize_t i = 0; i < n; i++)
		if (keys[i] == 'q' || keys[i] == 'Q')
			return true;
	return false;
}

enum screen_event screen_wait(struct screen *screen, usec_t until, int *ret_signal)
{
	for (usec_t left; (left = until - clock_mono()) > 0;) {
		struct pollfd fds[] = {
			{ .fd = screen->signals, .events = POLLIN },
			{ .fd = screen->has_keys ? STDIN_FILENO : -1, .events = POLLIN },
		};
		poll(fds, 2, (int)(left / MSEC) + 1);
		const enum screen_event event = on_signal(screen, ret_signal);
		if (event != SCREEN_TIME)
			return event;
		if (fds[1].revents && is_quit(screen))
			return SCREEN_QUIT;
	}
	return SCREEN_TIME;
}
