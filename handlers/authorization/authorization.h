/* authorization.h -- what the files of this room share: their handlers, and the shapes of what is asked and answered.
 */
#ifndef STOA_HANDLERS_AUTHORIZATION_AUTHORIZATION_H
#define STOA_HANDLERS_AUTHORIZATION_AUTHORIZATION_H

#include "core/web/route.h"

handler_function role_list, role_show, role_create, role_change, role_remove; /* role.c */
handler_function assignment_list, assignment_create, assignment_remove;       /* assignment.c */
handler_function permission_show, authorize;                                  /* permission.c */

/* shapes.c */
struct new_role {
	const char *name;
	const char *says; /* NULL: none */
	struct texts permissions;
};
extern const struct shape new_role_shape;

struct role_edit {
	const char *says;                /* NULL: as it is */
	const struct texts *permissions; /* the same */
};
extern const struct shape role_edit_shape;

struct role {
	struct uuid id;
	const char *name;
	const char *says;
	bool built_in;
	struct texts permissions; /* all that it holds, by name */
	int64_t version;
	struct instant created_at;
	struct instant changed_at;
};
extern const struct shape role_shape;
extern const struct shape role_row_shape; /* of a page's row */

struct assignment_query {
	const struct uuid *party; /* NULL: anybody */
	const char *role;         /* NULL: any */
};
extern const struct shape assignment_query_shape;

struct new_assignment {
	struct uuid party;
	const char *role;
	const struct uuid *within; /* NULL: everywhere */
};
extern const struct shape new_assignment_shape;

struct assignment {
	struct uuid id;
	struct uuid party;
	const char *role;
	const struct uuid *within;
	const struct uuid *given_by; /* NULL: the platform itself */
	struct instant created_at;
};
extern const struct shape assignment_shape;
extern const struct shape assignment_row_shape; /* of a page's row */

struct permissions {
	struct list data;
};
extern const struct shape permissions_shape;

struct question {
	const struct uuid *party; /* NULL: who asks */
	const char *permission;
	const struct uuid *within; /* NULL: everywhere */
};
extern const struct shape question_shape;

struct verdict {
	struct uuid party;
	const char *permission;
	const struct uuid *within;
	bool allowed;
	struct texts roles; /* by which */
};
extern const struct shape verdict_shape;

#endif
