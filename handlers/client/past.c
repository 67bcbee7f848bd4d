/* past.c -- how many came and went, and what became of one. */
#include "core/base/arena.h"
#include "core/web/page.h"
#include "handlers/client/client.h"
#include "handlers/client/queries.h"

#define DAY        (86400 * SECOND)
#define USUAL_DAYS 30
#define DAYS_MAX   366

/* The last thirty days unless asked otherwise. */
static const struct problem *
span_of(struct request *req, struct client_stats *stats_r)
{
	const struct span_query *asked = req->asked;

	stats_r->until = asked->until != NULL ? *asked->until : req->started;
	stats_r->since =
	    asked->since != NULL ? *asked->since : (struct instant){ stats_r->until.micros - USUAL_DAYS * DAY };
	if (stats_r->since.micros >= stats_r->until.micros)
		return problem_field(req, "?since", "is not before until");
	if (stats_r->until.micros - stats_r->since.micros > DAYS_MAX * DAY)
		return problem_field(req, "?since", "is more than 366 days before until");
	return NULL;
}

const struct problem *
client_stats(struct request *req, struct reply *out)
{
	struct client_stats stats;
	struct client_totals_rows totals;
	struct client_days_rows days;
	const struct problem *p;

	if ((p = span_of(req, &stats)) != NULL)
		return p;
	sql_client_totals_later(req, &totals);
	if ((p = sql_client_days(req, stats.since, stats.until, &days)) != NULL)
		return p;
	stats.totals = (struct list){ totals.items, totals.count };
	stats.days = (struct list){ days.items, days.count };
	return reply_ok(out, &stats);
}

const struct problem *
client_history(struct request *req, struct reply *out)
{
	const int64_t before = page_integer(req, 0, INT64_MAX);
	struct client_history_rows rows;
	const struct problem *p;

	if ((p = sql_client_history(req, path_uuid(req, "id"), before, page_limit(req), &rows)) != NULL)
		return p;
	if (rows.count == 0 && before == INT64_MAX)
		return problem(req, PROBLEM_NOT_FOUND, "No such client.");
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}
