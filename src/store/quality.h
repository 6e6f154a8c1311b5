/* quality.h -- for the store itself: the worst kind of the parts of an answer. */
#ifndef STORE_QUALITY_H
#define STORE_QUALITY_H

#include "store/store.h"

static inline void quality_worsen(struct quality *quality, enum kind kind)
{
	if (kind > quality->kind)
		quality->kind = kind;
}

/* What a row says of itself; NULL (-1) says nothing. */
static inline void quality_note(struct quality *quality, int8_t is_sample, int8_t is_capped)
{
	if (is_sample == 1)
		quality_worsen(quality, KIND_WINDOW);
	if (is_capped == 1)
		quality_worsen(quality, KIND_CAPPED);
}

#endif
