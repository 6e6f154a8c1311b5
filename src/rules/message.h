/* message.h -- for the signature: an error's message without what differs from one to the next. */
#ifndef RULES_MESSAGE_H
#define RULES_MESSAGE_H

#include "base/buf.h"

/* Numbers, ids, quoted texts, addresses, paths, moments and durations become placeholders such as
 * <n>; white space and control bytes become one space. */
void message_add_plain(struct buf *out, struct str message);

#endif
