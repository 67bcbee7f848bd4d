/* client.h -- what the files of this room share: their handlers, and what is asked and answered. */
#ifndef STOA_HANDLERS_CLIENT_CLIENT_H
#define STOA_HANDLERS_CLIENT_CLIENT_H

#include <stdint.h>

#include "core/web/route.h"

handler_function client_create, client_list, client_show, client_remove; /* person.c */
handler_function client_stats, client_history;                           /* past.c */

/* shapes.c */
struct new_client {
	struct uuid user;
	const char *region, *device_type;
};
struct client_filter {
	const char *region, *device_type;
};
extern const struct shape new_client_shape, client_filter_shape, client_shape;

struct span_query {
	const struct instant *since, *until;
};
struct client_stats {
	struct instant since, until;
	struct list totals, days;
};
extern const struct shape span_query_shape, client_stats_shape, client_change_shape;

#endif
