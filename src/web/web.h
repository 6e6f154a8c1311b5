/* web.h -- the page, as files that are part of the program. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>

/* One file of the page, in up to three encodings.  All of it is constant and lives for ever,
 * so that replies may refer to the bytes instead of copying them. */
struct web_asset {
	const char          *path;      /* below the mount, without a leading slash: "index.html" */
	const char          *type;      /* the whole Content-Type value */
	const unsigned char *bytes;     /* as it is */
	size_t               n;
	const unsigned char *gzip;      /* NULL where it is not smaller */
	size_t               gzip_n;
	const unsigned char *brotli;    /* NULL where it is not smaller */
	size_t               brotli_n;
	const char          *etag;      /* in its quotes; by content, equal for all encodings */
	bool                 immutable; /* the name holds a hash: may be kept for ever */
};

/* Sorted by path (strcmp), closed by a row whose path is NULL.  Empty when the program was
 * built with -Dweb=false. */
extern const struct web_asset web_assets[];

/* How many rows there are, the closing one not counted. */
extern const size_t web_assets_n;

#endif
