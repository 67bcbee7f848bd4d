/* person.c -- who is a client: made, listed, shown and removed. */
#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "handlers/client/client.h"
#include "handlers/client/queries.h"

static const struct problem *
no_such_client(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such client.");
}

const struct problem *
client_create(struct request *req, struct reply *out)
{
	const struct new_client *given = req->given;
	struct client_join_row *joined;
	struct client_read_row *row;
	const struct problem *p;

	if ((p = sql_client_join(req, given->user, given->region, given->device_type, &joined)) != NULL)
		return p;
	if (joined == NULL)
		return problem_field(req, "/user", "is no user");
	if ((p = sql_client_read(req, given->user, NULL, &row)) != NULL)
		return p;
	return reply_created(out, arena_format(req->arena, "/v1/clients/%s", uuid_text(req->arena, given->user)), row);
}

const struct problem *
client_list(struct request *req, struct reply *out)
{
	const struct client_filter *asked = req->asked;
	const struct instant time = page_instant(req, 0, INSTANT_MAX);
	const struct uuid id = page_uuid(req, 1, UUID_MAX);
	const int32_t limit = page_limit(req);
	struct client_read_rows rows;
	const struct problem *p;

	if (asked->region != NULL && asked->device_type != NULL)
		p = sql_client_page_by_both(req, asked->region, asked->device_type, time, id, limit, &rows);
	else if (asked->region != NULL)
		p = sql_client_page_by_region(req, asked->region, time, id, limit, &rows);
	else if (asked->device_type != NULL)
		p = sql_client_page_by_device_type(req, asked->device_type, time, id, limit, &rows);
	else
		p = sql_client_page(req, time, id, limit, &rows);
	return p != NULL ? p : reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
client_show(struct request *req, struct reply *out)
{
	const struct uuids *readable = principal_sees_all(req) ? NULL : &req->parties;
	struct client_read_row *row;
	const struct problem *p;

	if ((p = sql_client_read(req, path_uuid(req, "id"), readable, &row)) != NULL)
		return p;
	return row == NULL ? no_such_client(req) : reply_ok(out, row);
}

const struct problem *
client_remove(struct request *req, struct reply *out)
{
	struct client_leave_row *row;
	const struct problem *p;

	if ((p = sql_client_leave(req, path_uuid(req, "id"), &row)) != NULL)
		return p;
	return row == NULL ? no_such_client(req) : reply_no_content(out);
}
