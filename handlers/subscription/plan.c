/* plan.c -- what there is to choose from: what somebody would get where, and the catalogue as operators keep it. */
#include <string.h>

#include "core/base/arena.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "handlers/subscription/queries.h"
#include "handlers/subscription/subscription.h"

static const struct problem *
no_such_plan(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such plan.");
}

static const char *
why(const char *matched)
{
	static const struct {
		const char *matched, *says;
	} reasons[] = {
		{ "region_and_device_type", "There is a rule for this region and device type." },
		{ "region", "There is a rule for this region, and none for it with this device type." },
		{ "device_type", "There is a rule for this device type, and none for this region." },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strcmp(reasons[i].matched, matched) == 0)
			return reasons[i].says;
	return "There is no rule for this region or device type, so the default counts.";
}

/* Rows come plan by plan, a row for each term. */
static struct list
plans_of(struct request *req, const struct plan_offers_rows *rows)
{
	struct offer_plan *plans = ARENA_ARRAY(req->arena, rows->count, struct offer_plan);
	struct offer_price *prices = ARENA_ARRAY(req->arena, rows->count, struct offer_price);
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		const struct plan_offers_row *row = &rows->items[i];

		prices[i] = (struct offer_price){ row->months, row->amount, row->currency, row->matched };
		if (count == 0 || strcmp(plans[count - 1].code, row->code) != 0)
			plans[count++] = (struct offer_plan){
				.code = row->code,
				.name = row->name,
				.says = row->says,
				.chosen = strcmp(row->code, row->chosen) == 0,
				.prices = { &prices[i], 0 },
			};
		plans[count - 1].prices.count++;
	}
	return (struct list){ plans, count };
}

const struct problem *
plan_offer(struct request *req, struct reply *out)
{
	const struct place *asked = req->asked;
	struct plan_offers_rows rows;
	const struct plan_offers_row *first;
	const struct problem *p;

	if ((p = sql_plan_offers(req, asked->region, asked->device_type, &rows)) != NULL)
		return p;
	if (rows.count == 0)
		return problem(req, PROBLEM_INTERNAL, NULL);
	first = &rows.items[0];
	return reply_ok(out, &(struct offer){
				 .plan = first->chosen,
				 .matched = first->why,
				 .why = why(first->why),
				 .rule = first->rule,
				 .plans = plans_of(req, &rows),
			     });
}

const struct problem *
plan_list(struct request *req, struct reply *out)
{
	struct plan_read_rows rows;
	const struct problem *p;

	if ((p = sql_plan_page(req, page_text(req, 0, ""), page_limit(req), &rows)) != NULL)
		return p;
	return reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
plan_show(struct request *req, struct reply *out)
{
	struct plan_read_row *row;
	const struct problem *p;

	if ((p = sql_plan_read(req, path_text(req, "code"), &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_plan(req);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
plan_create(struct request *req, struct reply *out)
{
	const struct new_plan *given = req->given;
	struct plan_read_row *row;
	const struct problem *p;

	if ((p = sql_plan_create(req, given->code, given->name, given->says != NULL ? given->says : "", &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_created(out, arena_format(req->arena, "/v1/plans/%s", row->code), row);
}

const struct problem *
plan_change(struct request *req, struct reply *out)
{
	const struct plan_edit *given = req->given;
	const char *code = path_text(req, "code");
	struct plan_lock_row *before;
	struct plan_read_row *row;
	const struct problem *p;

	if ((p = sql_plan_lock(req, code, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_plan(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if ((p = sql_plan_edit(req, code, given->name, given->says, given->open, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, row);
}
