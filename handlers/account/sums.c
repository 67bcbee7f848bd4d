/* sums.c -- what the billing team reads: an account's usage by day, agent and unit; what is excluded stands apart. */
#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "handlers/account/account.h"
#include "handlers/account/queries.h"

static const char first_day[] = "0001-01-01", last_day[] = "9999-12-31";

static bool
is_year_zero(const char *day)
{
	return day != NULL && day[0] == '0' && day[1] == '0' && day[2] == '0' && day[3] == '0';
}

static const struct problem *
judge(struct request *req, const struct usage_query *asked)
{
	if (is_year_zero(asked->from))
		return problem_field(req, "?from", "must be a date after the year 0");
	if (is_year_zero(asked->to))
		return problem_field(req, "?to", "must be a date after the year 0");
	return NULL;
}

/* An empty page may be that of an account that the caller does not see. */
const struct problem *
usage_list(struct request *req, struct reply *out)
{
	const struct usage_query *asked = req->asked;
	const struct uuid account = path_uuid(req, "id");
	struct usage_page_rows rows;
	struct usage_sum *sums;
	const struct problem *p;

	if ((p = judge(req, asked)) != NULL ||
	    (p = sql_usage_page(req, account, principal_sees_all(req), req->parties,
		 asked->from != NULL ? asked->from : first_day, asked->to != NULL ? asked->to : last_day,
		 page_text(req, 0, first_day), page_uuid(req, 1, (struct uuid){ { 0 } }), page_text(req, 2, ""),
		 page_limit(req), &rows)) != NULL)
		return p;
	if (rows.count == 0 && (p = account_look(req, account)) != NULL)
		return p;
	sums = arena_alloc(req->arena, rows.count * sizeof(*sums) + 1);
	for (size_t i = 0; i < rows.count; i++) {
		const struct usage_page_row *row = &rows.items[i];

		sums[i] = (struct usage_sum){ row->day, row->agent, row->unit, row->charged_quantity,
			row->excluded_quantity, row->charged_records, row->excluded_records };
	}
	return reply_page(out, sums, rows.count, sizeof(*sums));
}
