/* assignment.c -- who holds which role.  A change counts for the very next request of whom it concerns. */
#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "core/work/event.h"
#include "handlers/authorization/authorization.h"
#include "handlers/authorization/queries.h"

static const struct problem *
list_of_party(struct request *req, struct uuid party, struct instant before, struct uuid before_id, struct reply *out)
{
	struct assignment_page_of_party_rows rows;
	const struct problem *p;

	if ((p = sql_assignment_page_of_party(req, party, before, before_id, page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

static const struct problem *
list_of_role(struct request *req, const char *role, struct instant before, struct uuid before_id, struct reply *out)
{
	struct assignment_page_of_role_rows rows;
	const struct problem *p;

	if ((p = sql_assignment_page_of_role(req, role, before, before_id, page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
assignment_list(struct request *req, struct reply *out)
{
	const struct assignment_query *asked = req->asked;
	const struct instant before = page_instant(req, 0, INSTANT_MAX);
	const struct uuid before_id = page_uuid(req, 1, UUID_MAX);
	struct assignment_page_rows rows;
	const struct problem *p;

	if (asked->party != NULL && asked->role != NULL)
		return problem_field(req, "?role", "cannot be asked for together with a party");
	if (asked->party != NULL)
		return list_of_party(req, *asked->party, before, before_id, out);
	if (asked->role != NULL)
		return list_of_role(req, asked->role, before, before_id, out);
	if ((p = sql_assignment_page(req, before, before_id, page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
assignment_create(struct request *req, struct reply *out)
{
	const struct new_assignment *given = req->given;
	const struct principal *by = req->principal;
	const struct uuid id = uuid_new(req->env);
	struct assignment_read_row *row;
	const struct problem *p;

	sql_assignment_add(req, id, given->party, given->role, given->within, by->party, by->permissions);
	event_append(req, &(struct event){ .type = "role.assigned", .subject = id, .owner = given->party });
	if ((p = sql_assignment_read(req, id, &row)) != NULL)
		return p;
	return reply_created(out, arena_format(req->arena, "/v1/role-assignments/%s", uuid_text(req->arena, id)),
	    &(struct assignment){ row->id, row->party, row->role, row->within, row->given_by, row->created_at });
}

const struct problem *
assignment_remove(struct request *req, struct reply *out)
{
	const struct uuid id = path_uuid(req, "id");
	struct assignment_remove_row *taken;
	const struct problem *p;

	if ((p = sql_assignment_remove(req, id, req->principal->permissions, &taken)) != NULL)
		return p;
	if (taken == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such assignment.");
	event_append(req, &(struct event){ .type = "role.unassigned", .subject = id, .owner = taken->party });
	return reply_no_content(out);
}
