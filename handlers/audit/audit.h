/* audit.h -- what the files of this room share: their handlers, and the shapes of what they take and answer. */
#ifndef STOA_HANDLERS_AUDIT_AUDIT_H
#define STOA_HANDLERS_AUDIT_AUDIT_H

#include <stdint.h>

#include "core/web/route.h"

handler_function entry_list;   /* entry.c */
handler_function audit_export; /* export.c */

/* shapes.c */
struct entry_query {
	const struct uuid *party;
	const char *subject, *route;
	const struct instant *from, *until;
};
extern const struct shape entry_query_shape;

struct entry {
	int64_t position;
	struct instant at;
	const struct uuid *party, *session;
	const char *route, *subject, *what;
	int32_t status;
	const char *problem, *address, *request;
	int64_t times;
};
extern const struct shape entry_shape;

struct export_query {
	const int64_t *from;
};
extern const struct shape export_query_shape;

#endif
