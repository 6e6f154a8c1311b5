/* reload.c -- watching the files that a running dashboard was made of. */
#include "cli/reload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "api/panel_file.h"
#include "base/log.h"
#include "conf/conf.h"
#include "http/server.h"

/* A linker or an editor writes in steps: wait until it rests. */
#define REST (300 * MSEC)
#define CHANGES (IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_ATTRIB)

/* Set before any reload, for afterwards /proc/self/exe may say "(deleted)". */
static char program_path[4096];

/* Whoever mounts a folder's files from elsewhere turns the link "..data" to others. */
static bool is_panel(const struct reload *reload, const struct inotify_event *event)
{
	if (!reload->panels->folder || event->wd != reload->panels_watch)
		return false;
	return str_ends(str_of(event->name), S(".sql")) || strcmp(event->name, "..data") == 0;
}

static bool is_ours(const struct reload *reload, const struct inotify_event *event)
{
	const char *name = strrchr(reload->program, '/');
	if (event->len == 0)
		return false;
	if (is_panel(reload, event))
		return true;
	return strcmp(event->name, ".env") == 0 || (name && strcmp(event->name, name + 1) == 0);
}

static void on_change(void *arg)
{
	struct reload *reload = arg;
	_Alignas(struct inotify_event) char events[4096];
	const ssize_t n = read(reload->fd, events, sizeof(events));

	for (ssize_t at = 0; n > 0 && at < n;) {
		const struct inotify_event *event = (const void *)(events + at);
		if (is_ours(reload, event))
			reload->seen = clock_mono();
		at += (ssize_t)(sizeof(*event) + event->len);
	}
}

static enum err_code read_again(const struct reload_panels *panels, struct conf *conf,
				struct err *err)
{
	struct list files;
	TRY(conf_load(conf, NULL, ".env", err));

	conf->values.dashboard.panels = panels->folder;
	return panel_files_read(&conf->values, panels->is_sqlite, &conf->arena, &files, err);
}

/* With settings or panels that it refuses, the new program would end at once, and nobody be left
 * to see that they were mended. */
static bool all_is_fine(const struct reload *reload)
{
	struct conf conf = { 0 };
	struct err err = { 0 };
	const bool are_fine = read_again(reload->panels, &conf, &err) == ERR_OK;
	conf_release(&conf);
	if (!are_fine)
		log_line(LOG_WARNING, "dashboard", "something changed, but: %s", err.msg);
	return are_fine;
}

static void on_tick(void *arg)
{
	struct reload *reload = arg;
	if (!reload->seen || clock_mono() - reload->seen < REST || reload->is_due)
		return;
	if (access(reload->program, X_OK) != 0)
		return; /* between two builds there is no program */
	reload->seen = 0;
	if (!all_is_fine(reload))
		return;
	log_line(LOG_INFO, "dashboard", "something changed: starting again");
	reload->is_due = true;
	server_stop(reload->server);
}

static int watch_folder(const struct reload *reload, const char *path)
{
	const int number = inotify_add_watch(reload->fd, path, CHANGES);
	if (number < 0)
		log_line(LOG_WARNING, "dashboard", "cannot watch %s: %s", path, strerror(errno));
	return number;
}

enum err_code reload_watch(struct reload *reload, struct server *server,
			   const struct reload_panels *panels, struct err *err)
{
	const ssize_t n = readlink("/proc/self/exe", program_path, sizeof(program_path) - 1);
	if (n <= 0)
		return err_set(err, ERR_UNAVAILABLE, "--reload: cannot find the own program");
	program_path[n] = '\0';
	snprintf(reload->program, sizeof(reload->program), "%s", program_path);

	reload->server = server;
	reload->panels = panels;
	reload->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (reload->fd < 0)
		return err_set(err, ERR_UNAVAILABLE, "--reload: cannot watch files: %s",
			       strerror(errno));
	char folder[sizeof(reload->program)];
	snprintf(folder, sizeof(folder), "%s", reload->program);
	*strrchr(folder, '/') = '\0';
	watch_folder(reload, folder[0] ? folder : "/");
	watch_folder(reload, ".");
	if (panels->folder)
		reload->panels_watch = watch_folder(reload, panels->folder);
	server_on_readable(server, reload->fd, on_change, reload);
	server_every(server, 100 * MSEC, on_tick, reload);
	return ERR_OK;
}

void reload_release(struct reload *reload)
{
	if (reload->fd >= 0)
		close(reload->fd);
	reload->fd = -1;
}

enum err_code reload_start_again(char **argv, struct err *err)
{
	execv(program_path, argv);
	return err_set(err, ERR_UNAVAILABLE, "cannot start %s again: %s", program_path,
		       strerror(errno));
}
