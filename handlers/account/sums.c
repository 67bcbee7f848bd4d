/* sums.c -- what the billing team reads: an account's usage by day, agent and unit; what is excluded stands apart. */
#include "core/base/request.h"
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

const struct problem *
usage_list(struct request *req, struct reply *out)
{
	const struct usage_query *asked = req->asked;
	const struct uuid account = path_uuid(req, "id");
	struct usage_page_rows rows;
	const struct problem *p;

	if ((p = judge(req, asked)) != NULL)
		return p;
	account_look_later(req, account);
	if ((p = sql_usage_page(req, account, asked->from != NULL ? asked->from : first_day,
		 asked->to != NULL ? asked->to : last_day, page_text(req, 0, first_day),
		 page_uuid(req, 1, (struct uuid){ { 0 } }), page_text(req, 2, ""), page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}
