/* soniq_fastcgi.c -- requests of FastCGI to calls of the dashboard, and the answers back. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "soniq_fastcgi.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BODY_MAX 65536
#define HEADERS_MAX 128
/* How long it may take to notice that a client has gone who is sent nothing. */
#define LOOK_MILLISECONDS 200

/* One request, as the dashboard is told of it. */
struct asked {
	struct soniq_request request;
	struct soniq_header headers[HEADERS_MAX];
	char *names[HEADERS_MAX];
	char *body;
};

static const char *parameter(const FCGX_Request *request, const char *name)
{
	const char *value = FCGX_GetParam(name, request->envp);
	return value ? value : "";
}

/* ---- the answer ---- */

/* The web server must not take the answer for whole, as some do when the connection just ends: they
 * get what is no record of FastCGI. */
static void break_off(FCGX_Request *request)
{
	static const char nonsense[8] = "broken";

	(void)send(request->ipcFd, nonsense, sizeof(nonsense), MSG_NOSIGNAL | MSG_DONTWAIT);
	FCGX_Free(request, 1);
}

static void answer(FCGX_Request *request, const char *status, const char *header)
{
	FCGX_FPrintF(request->out, "Status: %s\r\n%sContent-Length: 0\r\n\r\n", status, header);
	FCGX_Finish_r(request);
}

static bool has_gone(const FCGX_Request *request)
{
	struct pollfd at = { .fd = request->ipcFd, .events = POLLRDHUP };

	return poll(&at, 1, 0) > 0 && (at.revents & (POLLRDHUP | POLLHUP | POLLERR));
}

/* What is there goes out before there is a wait for more; false: the client has gone. */
static bool wait_for(struct soniq_call *call, FCGX_Request *request)
{
	if (FCGX_FFlush(request->out) != 0)
		return false;
	while (!soniq_call_wait(call, LOOK_MILLISECONDS))
		if (has_gone(request))
			return false;
	return true;
}

static void put_head(FCGX_Request *request, const struct soniq_piece *piece)
{
	FCGX_FPrintF(request->out, "Status: %d\r\n", piece->status);
	for (size_t i = 0; i < piece->n_headers; i++)
		FCGX_FPrintF(request->out, "%s: %s\r\n", piece->headers[i].name,
			     piece->headers[i].value);
	FCGX_PutS("\r\n", request->out);
}

static bool put_body(FCGX_Request *request, const struct soniq_piece *piece)
{
	if (strcmp(parameter(request, "REQUEST_METHOD"), "HEAD") == 0)
		return true;
	return FCGX_PutStr(piece->body, (int)piece->body_n, request->out) >= 0;
}

/* Gives whether all of the answer is written. */
static bool pass_on(struct soniq_call *call, FCGX_Request *request)
{
	struct soniq_piece piece;

	for (;;) {
		switch (soniq_call_take(call, &piece)) {
		case SONIQ_PART_NOTHING:
			if (!wait_for(call, request))
				return false;
			break;
		case SONIQ_PART_HEAD:
			put_head(request, &piece);
			break;
		case SONIQ_PART_BODY:
			if (!put_body(request, &piece))
				return false;
			break;
		case SONIQ_PART_END:
			return true;
		case SONIQ_PART_BROKEN:
			return false;
		}
	}
}

/* Waits for the head; false: there is none to come. */
static bool has_answer(struct soniq_call *call, FCGX_Request *request)
{
	struct soniq_piece piece;
	enum soniq_part part;

	while ((part = soniq_call_take(call, &piece)) == SONIQ_PART_NOTHING)
		if (!wait_for(call, request))
			return true;
	if (part == SONIQ_PART_HEAD)
		put_head(request, &piece);
	return part == SONIQ_PART_HEAD;
}

static void run(struct soniq_dashboard *dashboard, const struct soniq_request *asked,
		FCGX_Request *request)
{
	struct soniq_call *call = soniq_call_begin(dashboard, asked);

	if (!has_answer(call, request))
		answer(request, "503 Service Unavailable", "Retry-After: 2\r\n");
	else if (pass_on(call, request))
		FCGX_Finish_r(request);
	else
		break_off(request);
	soniq_call_free(call);
}

/* ---- the request ---- */

/* "HTTP_X_API_KEY" to "X-API-KEY", n bytes of it. */
static char *name_of(const char *text, size_t n)
{
	char *name = strndup(text, n);

	for (char *at = name; at && *at; at++)
		*at = *at == '_' ? '-' : *at;
	return name;
}

static void add_header(struct asked *asked, const char *name, size_t n, const char *value)
{
	const size_t at = asked->request.n_headers;

	if (at == HEADERS_MAX)
		return;
	asked->names[at] = name_of(name, n);
	if (!asked->names[at])
		return;
	asked->headers[at] = (struct soniq_header){ asked->names[at], value };
	asked->request.n_headers++;
}

static void add_headers(struct asked *asked, char **envp)
{
	static const char mark[] = "HTTP_", type[] = "CONTENT_TYPE";
	const size_t mark_n = strlen(mark);

	for (; *envp; envp++) {
		const size_t n = strcspn(*envp, "=");
		const char *value = *envp + n + ((*envp)[n] == '=');
		const bool is_marked = strncmp(*envp, mark, mark_n) == 0;
		const char *name = *envp + (is_marked ? mark_n : 0);
		const bool is_type = strncmp(name, type, strlen(type)) == 0;

		/* Some web servers give it both ways. */
		if (is_type ? !is_marked && *value : is_marked)
			add_header(asked, name, n - (size_t)(name - *envp), value);
	}
	asked->request.headers = asked->headers;
}

static bool read_body(struct asked *asked, FCGX_Request *request, size_t n)
{
	if (n == 0)
		return true;
	asked->body = malloc(n);
	asked->request.body = asked->body;
	asked->request.body_n = n;
	return asked->body && FCGX_GetStr(asked->body, (int)n, request->in) == (int)n;
}

static void asked_free(struct asked *asked)
{
	for (size_t i = 0; i < asked->request.n_headers; i++)
		free(asked->names[i]);
	free(asked->body);
	free(asked);
}

static void begin(struct soniq_dashboard *dashboard, const struct soniq_fastcgi_options *options,
		  FCGX_Request *request, const char *target)
{
	const size_t body_n = strtoul(parameter(request, "CONTENT_LENGTH"), NULL, 10);
	struct asked *asked = body_n <= BODY_MAX ? calloc(1, sizeof(*asked)) : NULL;

	if (!asked) {
		answer(request, body_n > BODY_MAX ? "413 Content Too Large" : "503 No Memory", "");
		return;
	}
	asked->request.method = parameter(request, "REQUEST_METHOD");
	asked->request.target = target;
	asked->request.address = parameter(request, "REMOTE_ADDR");
	add_headers(asked, request->envp);
	asked->request.role = options->who(request, options->arg, &asked->request.user);
	if (read_body(asked, request, body_n))
		run(dashboard, &asked->request, request);
	else
		break_off(request);
	asked_free(asked);
}

static void redirect(FCGX_Request *request, const char *prefix, const char *query)
{
	FCGX_FPrintF(request->out, "Status: 308 Permanent Redirect\r\nContent-Length: 0\r\n");
	FCGX_FPrintF(request->out, "Location: %s/%s\r\n\r\n", prefix, query);
	FCGX_Finish_r(request);
}

bool soniq_fastcgi_handle(struct soniq_dashboard *dashboard,
			  const struct soniq_fastcgi_options *options, FCGX_Request *request)
{
	const char *uri = parameter(request, "REQUEST_URI");
	const size_t n = strlen(options->prefix);

	if (strncmp(uri, options->prefix, n) != 0 || (uri[n] && !strchr("/?", uri[n])))
		return false;
	if (uri[n] == '/')
		begin(dashboard, options, request, uri + n);
	else
		redirect(request, options->prefix, uri + n);
	return true;
}
