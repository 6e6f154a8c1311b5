/* host_fastcgi.c -- a program behind a web server, by FastCGI, and the dashboard below
 * /admin/queue.
 *
 *     host_fastcgi --token admin=SECRET --database-url jobs.db --write --socket /run/host.sock
 *
 * and in nginx:
 *
 *     location / {
 *             include fastcgi_params;
 *             fastcgi_pass unix:/run/host.sock;
 *             fastcgi_buffering off;
 *     }
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <fcgiapp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "host.h"
#include "soniq_fastcgi.h"

#define THREADS 64
#define STACK ((size_t)256 * 1024)
#define BACKLOG 511
/* A little more than the ten seconds of the drain. */
#define PATIENCE_SECONDS 12

struct program {
	struct host host;
	int listener;
	struct soniq_dashboard *dashboard;
	pthread_mutex_t accepting;
	pthread_t threads[THREADS];
	int n_threads;
};

static const struct host_token *user_of(const struct program *program,
					const FCGX_Request *request)
{
	return host_user(&program->host, FCGX_GetParam("HTTP_AUTHORIZATION", request->envp));
}

static enum soniq_role who(FCGX_Request *request, void *arg, const char **ret_user)
{
	const struct host_token *token = user_of(arg, request);

	*ret_user = token->user;
	return token->role;
}

static void say(FCGX_Request *request, const char *status, const char *text)
{
	FCGX_FPrintF(request->out, "Status: %s\r\nContent-Type: text/plain\r\n\r\n%s", status,
		     text);
	FCGX_Finish_r(request);
}

static void answer(struct program *program, FCGX_Request *request)
{
	const struct soniq_fastcgi_options options = { program->host.prefix, who, program };
	const char *uri = FCGX_GetParam("REQUEST_URI", request->envp);

	if (uri && strcmp(uri, "/") == 0)
		say(request, "200 OK", HOST_PAGE);
	else if (!user_of(program, request))
		say(request, "401 Unauthorized", HOST_WHO);
	else if (!program->dashboard ||
		 !soniq_fastcgi_handle(program->dashboard, &options, request))
		say(request, "404 Not Found", HOST_NOTHING);
}

static bool has_next(struct program *program, FCGX_Request *request)
{
	pthread_mutex_lock(&program->accepting);
	const bool is_there = FCGX_Accept_r(request) == 0;
	pthread_mutex_unlock(&program->accepting);
	return is_there;
}

static void *serve(void *arg)
{
	struct program *program = arg;
	FCGX_Request request;

	FCGX_InitRequest(&request, program->listener, 0);
	while (has_next(program, &request))
		answer(program, &request);
	FCGX_Free(&request, 1);
	return NULL;
}

static bool start(struct program *program)
{
	pthread_attr_t small;

	FCGX_Init();
	unlink(program->host.socket);
	program->listener = FCGX_OpenSocket(program->host.socket, BACKLOG);
	if (program->listener < 0)
		return false;
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, STACK);
	while (program->n_threads < THREADS &&
	       pthread_create(&program->threads[program->n_threads], &small, serve, program) == 0)
		program->n_threads++;
	pthread_attr_destroy(&small);
	return program->n_threads > 0;
}

/* A thread that writes to a web server which does not read stays behind. */
static void join(struct program *program)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += PATIENCE_SECONDS;
	for (int i = 0; i < program->n_threads; i++)
		(void)pthread_timedjoin_np(program->threads[i], NULL, &until);
}

static void stop(struct program *program)
{
	FCGX_ShutdownPending();
	if (program->listener >= 0)
		shutdown(program->listener, SHUT_RDWR);
	if (program->dashboard)
		soniq_dashboard_drain(program->dashboard);
	join(program);
	if (program->dashboard)
		soniq_dashboard_close(program->dashboard);
	unlink(program->host.socket);
}

int main(int argc, char **argv)
{
	/* Not on the stack: a thread that stays behind still uses it. */
	static struct program program = { .listener = -1,
					  .accepting = PTHREAD_MUTEX_INITIALIZER };

	if (!host_read(&program.host, argc, argv))
		return 2;
	host_hold_signals();
	if (!program.host.is_bare && !(program.dashboard = host_open(&program.host)))
		return 1;
	const bool is_running = start(&program);
	if (is_running)
		host_wait();
	stop(&program);
	return is_running ? 0 : 1;
}
