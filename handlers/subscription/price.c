/* price.c -- what a term costs, and where.  Amounts come and go as decimals of their currency, exactly. */
#include "core/base/arena.h"
#include "core/base/money.h"
#include "core/web/conditional.h"
#include "core/web/page.h"
#include "handlers/subscription/queries.h"
#include "handlers/subscription/subscription.h"

static const struct problem *
no_such_price(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such price.");
}

bool
months_are_sold(int64_t months)
{
	return months == 1 || months == 3 || months == 6;
}

/* The amount in minor units, and how many decimals its currency has. */
static const struct problem *
read_amount(struct request *req, const char *amount, const char *currency, minor_units *units_r, int32_t *exponent_r)
{
	struct currency_read_row *row;
	const struct problem *p;
	enum money_fault fault;

	if ((p = sql_currency_read(req, currency, &row)) != NULL)
		return p;
	if (row->exponent == NULL)
		return problem_field(req, "/currency", "is no currency we know");
	*exponent_r = *row->exponent;
	fault = money_parse(amount, (unsigned)*row->exponent, units_r);
	return fault == MONEY_OK ? NULL : problem_field(req, "/amount", money_fault_text(fault));
}

const struct problem *
price_list(struct request *req, struct reply *out)
{
	const struct price_filter *asked = req->asked;
	const struct uuid after = page_uuid(req, 0, (struct uuid){ { 0 } });
	struct price_read_rows rows;
	const struct problem *p;

	if (asked->plan != NULL)
		p = sql_price_page_of_plan(req, asked->plan, after, page_limit(req), &rows);
	else
		p = sql_price_page(req, after, page_limit(req), &rows);
	return p != NULL ? p : reply_page(out, rows.items, rows.count, sizeof(*rows.items));
}

const struct problem *
price_show(struct request *req, struct reply *out)
{
	struct price_read_row *row;
	const struct problem *p;

	if ((p = sql_price_read(req, path_uuid(req, "id"), &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_price(req);
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
price_create(struct request *req, struct reply *out)
{
	const struct new_price *given = req->given;
	struct price_read_row *row;
	const struct problem *p;
	int32_t exponent;
	minor_units units;

	if (!months_are_sold(given->months))
		return problem_field(req, "/months", "is none of 1, 3 and 6");
	if ((p = read_amount(req, given->amount, given->currency, &units, &exponent)) != NULL)
		return p;
	p = sql_price_create(req, uuid_new(req->env), given->plan, (int32_t)given->months, given->region,
	    given->device_type, units, given->currency, exponent, &row);
	if (p != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_created(out, arena_format(req->arena, "/v1/plans/prices/%s", uuid_text(req->arena, row->id)), row);
}

const struct problem *
price_change(struct request *req, struct reply *out)
{
	const struct price_edit *given = req->given;
	const struct uuid id = path_uuid(req, "id");
	struct price_lock_row *before;
	struct price_read_row *row;
	const struct problem *p;
	int32_t exponent;
	minor_units units;

	if ((p = read_amount(req, given->amount, given->currency, &units, &exponent)) != NULL)
		return p;
	if ((p = sql_price_lock(req, id, &before)) != NULL)
		return p;
	if (before == NULL)
		return no_such_price(req);
	if (!if_match(req, before->version))
		return problem(req, PROBLEM_PRECONDITION_FAILED, NULL);
	if ((p = sql_price_edit(req, id, units, given->currency, exponent, &row)) != NULL)
		return p;
	reply_etag(out, row->version);
	return reply_ok(out, row);
}

const struct problem *
price_remove(struct request *req, struct reply *out)
{
	struct price_remove_row *row;
	const struct problem *p;

	if ((p = sql_price_remove(req, path_uuid(req, "id"), &row)) != NULL)
		return p;
	return row == NULL ? no_such_price(req) : reply_no_content(out);
}
