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

/* Each statement has a row type of its own, with the same columns in the same order: one shape encodes them all. */
struct found {
	const void *items;
	size_t count;
};
_Static_assert(sizeof(struct client_page_row) == sizeof(struct client_page_by_region_row) &&
		   sizeof(struct client_page_row) == sizeof(struct client_page_by_device_type_row) &&
		   sizeof(struct client_page_row) == sizeof(struct client_page_by_both_row),
    "the pages' rows must have the same columns");

static const struct problem *
find_all(struct request *req, struct instant time, struct uuid id, struct found *found_r)
{
	struct client_page_rows rows;
	const struct problem *p = sql_client_page(req, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

static const struct problem *
find_by_region(struct request *req, const char *region, struct instant time, struct uuid id, struct found *found_r)
{
	struct client_page_by_region_rows rows;
	const struct problem *p = sql_client_page_by_region(req, region, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

static const struct problem *
find_by_device_type(struct request *req, const char *type, struct instant time, struct uuid id, struct found *found_r)
{
	struct client_page_by_device_type_rows rows;
	const struct problem *p = sql_client_page_by_device_type(req, type, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

static const struct problem *
find_by_both(
    struct request *req, const struct client_filter *asked, struct instant time, struct uuid id, struct found *found_r)
{
	struct client_page_by_both_rows rows;
	const struct problem *p =
	    sql_client_page_by_both(req, asked->region, asked->device_type, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

const struct problem *
client_list(struct request *req, struct reply *out)
{
	const struct client_filter *asked = req->asked;
	const struct instant time = page_instant(req, 0, INSTANT_MAX);
	const struct uuid id = page_uuid(req, 1, UUID_MAX);
	struct found found;
	const struct problem *p;

	if (asked->region != NULL && asked->device_type != NULL)
		p = find_by_both(req, asked, time, id, &found);
	else if (asked->region != NULL)
		p = find_by_region(req, asked->region, time, id, &found);
	else if (asked->device_type != NULL)
		p = find_by_device_type(req, asked->device_type, time, id, &found);
	else
		p = find_all(req, time, id, &found);
	return p != NULL ? p : reply_page(out, found.items, found.count, sizeof(struct client_page_row));
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
