/*
 * authorization.c -- roles, what they hold, and who holds them.  What is changed here counts for the very next request
 * of everybody whom it concerns.  Nobody gives or takes what they do not hold themselves.
 */
#include "handlers/authorization/authorization.h"

#include "core/web/page.h"
#include "core/web/route.h"
#include "handlers/areas.h"
#include "handlers/authorization/queries.h"

static const struct page_key by_name[] = { PAGE_KEY(struct role_page_row, name), { 0 } };

static const struct page_key newest_first[] = {
	PAGE_KEY(struct assignment_page_row, created_at),
	PAGE_KEY(struct assignment_page_row, id),
	{ 0 },
};

static const struct route authorization_routes[] = {
	{ GET, "/v1/permissions", .who = OPERATOR, .permission = "role.read", .limit = LIMIT_READ,
	    .allow_api_key = true, .reply = &permissions_shape, .handler = permission_show,
	    .says = "List the permissions that there are", .more = "Each with the addresses that ask for it." },
	{ GET, "/v1/roles", .who = OPERATOR, .permission = "role.read", .limit = LIMIT_READ, .allow_api_key = true,
	    .reply = &role_row_shape, .page = by_name, .handler = role_list, .says = "List roles" },
	{ POST, "/v1/roles", .who = OPERATOR, .permission = "role.write", .limit = LIMIT_WRITE, .allow_api_key = true,
	    .idempotency = BY_KEY, .body = &new_role_shape, .reply = &role_shape, .status = 201, .handler = role_create,
	    .says = "Make a role", .more = "It can hold what its maker holds, and no more." },
	{ GET, "/v1/roles/{id}", .who = OPERATOR, .permission = "role.read", .limit = LIMIT_READ, .allow_api_key = true,
	    .reply = &role_shape, .handler = role_show, .says = "Read a role" },
	{ PATCH, "/v1/roles/{id}", .who = OPERATOR, .permission = "role.write", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .if_match = true, .body = &role_edit_shape,
	    .reply = &role_shape, .handler = role_change, .says = "Change a role",
	    .more = "It counts for the very next request of everybody who holds it." },
	{ DELETE, "/v1/roles/{id}", .who = OPERATOR, .permission = "role.write", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .handler = role_remove, .says = "Remove a role",
	    .more = "Not while somebody holds it." },
	{ GET, "/v1/role-assignments", .who = OPERATOR, .permission = "role.read", .limit = LIMIT_READ,
	    .allow_api_key = true, .query = &assignment_query_shape, .reply = &assignment_row_shape,
	    .page = newest_first, .handler = assignment_list, .says = "List who holds which role, newest first" },
	{ POST, "/v1/role-assignments", .who = OPERATOR, .permission = "role.assign", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_KEY, .body = &new_assignment_shape, .reply = &assignment_shape,
	    .status = 201, .handler = assignment_create, .says = "Give somebody a role",
	    .more =
		"Everywhere, or within an account or organization. Nobody gives a role that holds more than they do." },
	{ DELETE, "/v1/role-assignments/{id}", .who = OPERATOR, .permission = "role.assign", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .handler = assignment_remove,
	    .says = "Take a role from somebody", .more = "The last super user stays one." },
	{ POST, "/v1/authorize", .who = USER, .widens = "role.read",
	    .limit = LIMIT_READ, .idempotency = NEVER, .read_only = true,
	    .allow_api_key = true, .body = &question_shape, .reply = &verdict_shape, .handler = authorize,
	    .says = "Ask whether somebody may do something", .more = "It answers by which roles, too." },
	{ 0 },
};

static const struct event_kind authorization_events[] = {
	{ "role.created", "role", .says = "A role was made." },
	{ "role.changed", "role", .says = "What a role holds or says was changed." },
	{ "role.removed", "role", .says = "A role was removed." },
	{ "role.assigned", "role-assignment", .says = "Somebody was given a role." },
	{ "role.unassigned", "role-assignment", .says = "A role was taken from somebody." },
	{ 0 },
};

const struct area authorization_area = {
	.name = "authorization",
	.says = "Roles, what they hold, and who holds them",
	.routes = authorization_routes,
	.events = authorization_events,
	.statements = authorization_statements,
};
