/* watch.h -- a thread that hears of changes in the database while somebody watches. */
#ifndef API_WATCH_H
#define API_WATCH_H

#include "base/log.h"
#include "db/db.h"

struct watch;

/* on_change(arg) is called in the thread when something has changed or may have: on notices and
 * commits, and once a second where the database tells of nothing. Options are borrowed. */
struct watch *watch_new(const struct db_options *options, const struct log_sink *log,
			void (*on_change)(void *arg), void *arg);
/* Never blocks. The thread and its connection are made the first time it is set on; the
 * connection goes when it is set off. */
void watch_set(struct watch *watch, bool is_on);
/* Every change of jobs is told of at once: by a database file, or by who keeps the history. */
bool watch_tells_all(const struct watch *watch);
void watch_free(struct watch *watch);

#endif
