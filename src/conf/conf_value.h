/* conf_value.h -- inside the room: what a setting's text may be, in words. */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "conf/conf.h"

/* "a whole number from 0 to 65535", "one of strict, warn, none". */
void conf_add_expected(struct buf *out, const struct setting *setting);

#endif
