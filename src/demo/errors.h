/* errors.h -- what failures of the demo say: Python's errors, with %d for a number. */
#ifndef DEMO_ERRORS_H
#define DEMO_ERRORS_H

extern const char error_smtp_busy[], error_smtp_timeout[], error_card_declined[],
	error_gateway[], error_image[], error_memory[], error_search[], error_mapping[],
	error_partner_key[], error_partner_data[], error_not_found[];

#endif
