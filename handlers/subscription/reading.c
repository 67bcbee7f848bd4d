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

const struct problem *
subscription_list(struct request *req, struct reply *out)
{
	const struct subscription_filter *asked = req->asked;
	const char *plan = asked->plan, *state = asked->state;
	const struct instant time = page_instant(req, 0, INSTANT_MAX);
	const struct uuid id = page_uuid(req, 1, UUID_MAX);
	const int32_t limit = page_limit(req);
	struct subscription_read_rows rows;
	const struct problem *p;

	if (readable(req) != NULL)
		p = sql_subscription_page_of_clients(req, req->parties, plan, state, time, id, limit, &rows);
	else if (plan != NULL && state != NULL)
		p = sql_subscription_page_by_plan_and_state(req, plan, state, time, id, limit, &rows);
	else if (plan != NULL)
		p = sql_subscription_page_by_plan(req, plan, time, id, limit, &rows);
	else if (state != NULL)
		p = sql_subscription_page_by_state(req, state, time, id, limit, &rows);
	else
		p = sql_subscription_page(req, time, id, limit, &rows);
	return p != NULL ? p : reply_page(out, rows.items, rows.count, sizeof(*rows.items));
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
