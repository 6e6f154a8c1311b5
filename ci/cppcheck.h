/* cppcheck.h -- for cppcheck alone, which reads no header of the system: macros that declare. */
#define TAILQ_HEAD(name, type) struct name { struct type *first; struct type **last; }
#define TAILQ_ENTRY(type) struct { struct type *next; struct type **prev; }
#define TAILQ_FOREACH(var, head, field) \
	for ((var) = (head)->first; (var); (var) = (var)->field.next)
#define LIST_HEAD(name, type) struct name { struct type *first; }
#define LIST_ENTRY(type) struct { struct type *next; struct type **prev; }
#define STAILQ_HEAD(name, type) struct name { struct type *first; struct type **last; }
#define STAILQ_ENTRY(type) struct { struct type *next; }
