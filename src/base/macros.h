/* macros.h -- the few macros that the whole tree uses: cleanup, early return, attributes. */
#ifndef BASE_MACROS_H
#define BASE_MACROS_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED __attribute__((unused))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Declares a handle that releases itself at the end of its scope:
 *     AUTO(buf) struct buf b = buf_new(4096);
 * needs a function `void buf_release(struct buf *)`. Release accepts a zeroed object. */
#define AUTO(type) __attribute__((cleanup(type##_release)))

/* For handles that are pointers: AUTO_FREE(db) struct db *db = NULL;
 * needs `void db_free(struct db *)`; DEFINE_AUTO_FREE(db) once beside it. */
#define AUTO_FREE(type) __attribute__((cleanup(type##_free_ptr)))
#define DEFINE_AUTO_FREE(type)                                          \
	static inline UNUSED void type##_free_ptr(struct type **p)      \
	{                                                               \
		if (*p)                                                 \
			type##_free(*p);                                \
		*p = NULL;                                              \
	}

/* Leaves the function with the error of a call that failed. The only macro that returns. */
#define TRY(expr)                                                       \
	do {                                                            \
		enum err_code try_code_ = (expr);                       \
		if (try_code_ != ERR_OK)                                \
			return try_code_;                               \
	} while (0)

#endif
