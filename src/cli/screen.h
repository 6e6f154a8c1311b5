/* screen.h -- a terminal that is taken over for a while, and given back as it was. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stdio.h>
#include <termios.h>

#include "base/clock.h"
#include "base/str.h"

struct screen {
	FILE *out;
	bool is_open;
	bool has_keys;                  /* input is a terminal too */
	int signals;                    /* signalfd of what ends us and of SIGWINCH */
	int lines, columns;
	struct termios before;
};

enum screen_event { SCREEN_TIME, SCREEN_RESIZED, SCREEN_QUIT, SCREEN_KILLED };

void screen_open(struct screen *screen, FILE *out);
void screen_release(struct screen *screen);     /* also of one that was never opened */
/* As many lines of the text as there is room for, over what was shown before. */
void screen_show(struct screen *screen, struct str text);
/* Wait for a key, a signal or the time; *ret_signal is what killed. */
enum screen_event screen_wait(struct screen *screen, usec_t until, int *ret_signal);

#endif
