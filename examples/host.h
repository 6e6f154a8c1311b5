/* host.h -- what the examples have in common: their command line, who their users are, their
 * panels. Each stands for a program that was there before the dashboard was. */
#ifndef HOST_H
#define HOST_H

#include <soniq/dashboard.h>

#define HOST_TOKENS_MAX 8
#define HOST_SETTINGS_MAX 16
#define HOST_PAGE "This is the program's own page.\n"
#define HOST_WHO "The program does not know you.\n"
#define HOST_NOTHING "The program has nothing here.\n"

struct host_token {
	enum soniq_role role;
	const char *user;               /* the role's word */
	const char *secret;
};

struct host {
	int port;
	const char *socket;             /* FastCGI */
	const char *prefix;
	bool is_bare;                   /* the program without a dashboard */
	const char *archive;            /* what one of its panels reads */
	struct soniq_option settings[HOST_SETTINGS_MAX + 1];
	size_t n_settings;
	struct host_token tokens[HOST_TOKENS_MAX];
	size_t n_tokens;
};

/* False: says on stderr what is wrong. */
bool host_read(struct host *host, int argc, char **argv);
/* The dashboard with three panels; NULL: says why not. */
struct soniq_dashboard *host_open(struct host *host);
/* Whose "Bearer SECRET" that is; NULL: nobody's, nothing is answered but HOST_WHO. */
const struct host_token *host_user(const struct host *host, const char *authorization);
/* SIGTERM and SIGINT come to host_wait alone: to be called before the first thread begins. */
void host_hold_signals(void);
void host_wait(void);

#endif
