/* session.h -- what the files of this room share: their handlers, and the shapes of what they answer. */
#ifndef STOA_HANDLERS_SESSION_SESSION_H
#define STOA_HANDLERS_SESSION_SESSION_H

#include "core/web/route.h"

handler_function session_list, session_list_of, session_end, session_end_many, session_end_of; /* sessions.c */
handler_function login_list, login_list_of;                                                    /* login.c */
handler_function partitions_make;                                                              /* partitions.c */

/* sessions.c: the party that the path names.  Queued: who is no party makes the next flush end with 404. */
struct uuid party_of_path(struct request *req);

/* shapes.c */
extern const char *const device_types[]; /* NULL-terminated; session.device_types() knows the same */

struct scope_query {
	const char *scope; /* "others" or "all" */
};
extern const struct shape scope_query_shape;

struct login_query {
	const char *device_type; /* NULL: any */
};
extern const struct shape login_query_shape;

extern const struct shape session_shape; /* of a page's row */
extern const struct shape login_shape;   /* the same */

#endif
