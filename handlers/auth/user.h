/* user.h -- users as operators see and change them. */
#ifndef STOA_HANDLERS_AUTH_USER_H
#define STOA_HANDLERS_AUTH_USER_H

#include <stdint.h>

#include "core/web/page.h"
#include "core/web/route.h"

handler_function user_list, user_show, user_count; /* user.c */
handler_function user_change, user_remove, user_block, user_unblock, user_verify, user_move; /* user_change.c */

extern const struct page_key users_newest_first[];
extern const struct shape user_row_shape; /* of a page's row */
extern const struct shape user_shape;     /* of the row that user_read gives */

struct user_query {
	const char *search, *status;
};
extern const struct shape user_query_shape;

struct user_edit {
	const char *name, *region;
	bool name_came, region_came;
};
extern const struct shape user_edit_shape;

struct user_reason {
	const char *reason;
};
extern const struct shape user_reason_shape;

struct user_address {
	const char *email;
	bool verified;
};
extern const struct shape user_address_shape;

extern const struct shape user_stats_shape; /* of the row that user_stats gives */

#endif
