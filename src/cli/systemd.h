/* systemd.h -- what a service manager and we tell each other: sockets that it hands over, and how
 * far we are. It needs no libsystemd, and is nothing where there is no manager. */
#ifndef CLI_SYSTEMD_H
#define CLI_SYSTEMD_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/err.h"
#include "http/server.h"

struct handed {
	int fds[SERVER_LISTENERS_MAX];
	int n;                  /* 0: none was handed over */
};

/* The sockets of LISTEN_FDS, where LISTEN_PID says that they are meant for this process. They stay
 * open until it ends; programs that are started do not get them.
 * Errors: INVALID  too many, or one is no stream socket that listens: says which */
enum err_code systemd_take(struct handed *ret, struct err *err) MUST_CHECK;
/* The program that this process becomes next (exec) takes them again. */
void systemd_pass_on(const struct handed *handed);

/* How far we are; never fails, never waits for long. */
void systemd_ready(const char *status);
void systemd_stopping(void);
void systemd_reloading(void);   /* until the next ready */
void systemd_alive(void);
/* How often it wants to hear that we are alive; 0: not at all. */
usec_t systemd_watchdog(void);

#endif
