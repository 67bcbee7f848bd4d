/* role.c -- roles: reading, making, changing and removing them. */
#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/trust/principal.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "core/web/permission.h"
#include "core/work/event.h"
#include "handlers/areas.h"
#include "handlers/authorization/authorization.h"
#include "handlers/authorization/queries.h"

static const struct problem *
no_such_role(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such role.");
}

/* The whole catalogue, but for those. */
static struct texts
all_but(struct request *req, struct texts withheld)
{
	struct permission *catalogue;
	const size_t total = permission_list(req->arena, &house, &catalogue);
	const char **names = ARENA_ARRAY(req->arena, total, const char *);
	size_t count = 0;

	for (size_t i = 0; i < total; i++)
		if (!texts_contain(withheld, catalogue[i].name))
			names[count++] = catalogue[i].name;
	return (struct texts){ names, count };
}

static const struct problem *
show(struct request *req, struct uuid id, struct role *role_r)
{
	struct role_read_row *row;
	const struct problem *p;

	if ((p = sql_role_read(req, id, &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_role(req);
	*role_r = (struct role){
		.id = row->id,
		.name = row->name,
		.says = row->says,
		.built_in = row->built_in,
		.permissions = row->holds_all ? all_but(req, row->permissions) : row->permissions,
		.version = row->version,
		.created_at = row->created_at,
		.changed_at = row->changed_at,
	};
	return NULL;
}

static void
tell(struct request *req, const char *type, struct uuid role)
{
	event_append(req, &(struct event){ .type = type, .subject = role });
}

const struct problem *
role_list(struct request *req, struct reply *out)
{
	struct role_page_rows roles;
	const struct problem *p;

	if ((p = sql_role_page(req, page_text(req, 0, ""), page_limit(req), &roles)) != NULL)
		return p;
	for (size_t i = 0; i < roles.count; i++)
		if (roles.items[i].holds_all)
			roles.items[i].permissions = all_but(req, roles.items[i].permissions);
	return reply_page(out, roles.items, roles.count, sizeof(*roles.items));
}

const struct problem *
role_show(struct request *req, struct reply *out)
{
	struct role role;
	const struct problem *p;

	if ((p = show(req, path_uuid(req, "id"), &role)) != NULL)
		return p;
	reply_etag(out, role.version);
	return reply_ok(out, &role);
}

const struct problem *
role_create(struct request *req, struct reply *out)
{
	const struct new_role *given = req->given;
	const struct uuid id = uuid_new(req->env);
	struct role role;
	const struct problem *p;

	if ((p = permission_check(req, &house, given->permissions, "/permissions")) != NULL)
		return p;
	sql_role_add(req, id, given->name, given->says != NULL ? given->says : "", given->permissions,
	    req->principal->permissions);
	tell(req, "role.created", id);
	if ((p = show(req, id, &role)) != NULL)
		return p;
	reply_etag(out, role.version);
	return reply_created(out, arena_format(req->arena, "/v1/roles/%s", uuid_text(req->arena, id)), &role);
}

/* Locked and as the client has read it, or why not. */
static const struct problem *
lock(struct request *req, struct uuid id)
{
	struct role_lock_row *before;
	const struct problem *p;

	if ((p = sql_role_lock(req, id, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_role(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if (before->built_in)
		return problem(req, PROBLEM_CONFLICT, "This role is built in.");
	return NULL;
}

const struct problem *
role_change(struct request *req, struct reply *out)
{
	const struct role_edit *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct role role;
	const struct problem *p;

	if (given->permissions != NULL && (p = permission_check(req, &house, *given->permissions, "/permissions")) != NULL)
		return p;
	if ((p = lock(req, id)) != NULL)
		return p;
	sql_role_edit(req, id, given->says, given->permissions, req->principal->permissions);
	tell(req, "role.changed", id);
	if ((p = show(req, id, &role)) != NULL)
		return p;
	reply_etag(out, role.version);
	return reply_ok(out, &role);
}

const struct problem *
role_remove(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	const struct problem *p;

	if ((p = lock(req, id)) != NULL)
		return p;
	sql_role_remove(req, id, req->principal->permissions);
	tell(req, "role.removed", id);
	return reply_no_content(out);
}
