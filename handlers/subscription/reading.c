/* reading.c -- subscriptions as people see them: their own, or as an operator everybody's. */
#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "handlers/subscription/queries.h"
#include "handlers/subscription/subscription.h"

/* Whose the caller may read; NULL: anybody's. */
static const struct uuids *
readable(const struct request *req)
{
	return principal_sees_all(req) ? NULL : &req->parties;
}

/* Each statement has a row type of its own, with the same columns in the same order: one shape encodes them all. */
struct found {
	const void *items;
	size_t count;
};
_Static_assert(sizeof(struct subscription_page_row) == sizeof(struct subscription_page_of_clients_row) &&
		   sizeof(struct subscription_page_row) == sizeof(struct subscription_page_by_plan_row) &&
		   sizeof(struct subscription_page_row) == sizeof(struct subscription_page_by_state_row) &&
		   sizeof(struct subscription_page_row) == sizeof(struct subscription_page_by_plan_and_state_row),
    "the pages' rows must have the same columns");

static const struct problem *
find_mine(struct request *req, struct instant time, struct uuid id, struct found *found_r)
{
	struct subscription_page_of_clients_rows rows;
	const struct problem *p = sql_subscription_page_of_clients(req, req->parties, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

static const struct problem *
find_all(struct request *req, struct instant time, struct uuid id, struct found *found_r)
{
	struct subscription_page_rows rows;
	const struct problem *p = sql_subscription_page(req, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

static const struct problem *
find_by_plan(struct request *req, const char *plan, struct instant time, struct uuid id, struct found *found_r)
{
	struct subscription_page_by_plan_rows rows;
	const struct problem *p = sql_subscription_page_by_plan(req, plan, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

static const struct problem *
find_by_state(struct request *req, const char *state, struct instant time, struct uuid id, struct found *found_r)
{
	struct subscription_page_by_state_rows rows;
	const struct problem *p = sql_subscription_page_by_state(req, state, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

static const struct problem *
find_by_both(struct request *req, const struct subscription_filter *asked, struct instant time, struct uuid id,
    struct found *found_r)
{
	struct subscription_page_by_plan_and_state_rows rows;
	const struct problem *p =
	    sql_subscription_page_by_plan_and_state(req, asked->plan, asked->state, time, id, page_limit(req), &rows);

	*found_r = (struct found){ rows.items, rows.count };
	return p;
}

const struct problem *
subscription_list(struct request *req, struct reply *out)
{
	const struct subscription_filter *asked = req->asked;
	const struct instant time = page_instant(req, 0, INSTANT_MAX);
	const struct uuid id = page_uuid(req, 1, UUID_MAX);
	struct found found;
	const struct problem *p;

	if (readable(req) != NULL)
		p = find_mine(req, time, id, &found);
	else if (asked->plan != NULL && asked->state != NULL)
		p = find_by_both(req, asked, time, id, &found);
	else if (asked->plan != NULL)
		p = find_by_plan(req, asked->plan, time, id, &found);
	else if (asked->state != NULL)
		p = find_by_state(req, asked->state, time, id, &found);
	else
		p = find_all(req, time, id, &found);
	return p != NULL ? p : reply_page(out, found.items, found.count, sizeof(struct subscription_page_row));
}

const struct problem *
subscription_show(struct request *req, struct reply *out)
{
	struct subscription_read_row *row;
	const struct problem *p;

	if ((p = sql_subscription_read(req, path_uuid(req, "id"), readable(req), &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such subscription.");
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

/* Nobody's, or somebody else's: an empty first page would say that it is there. */
const struct problem *
subscription_history(struct request *req, struct reply *out)
{
	const int64_t before = page_integer(req, 0, INT64_MAX);
	struct subscription_history_rows rows;
	const struct problem *p;

	p = sql_subscription_history(req, path_uuid(req, "id"), readable(req), before, page_limit(req), &rows);
	if (p != NULL)
		return p;
	if (rows.count == 0 && before == INT64_MAX)
		return problem(req, PROBLEM_NOT_FOUND, "No such subscription.");
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}
