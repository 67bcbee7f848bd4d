/*
 * ending.c -- capturing a hold, or canceling it.  Both sides may: whoever promised the money, and whoever it was
 * promised to.  Of two that come at the same moment the poster lets the first one through.
 */
#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/web/amount.h"
#include "handlers/payment/payment.h"
#include "handlers/payment/queries.h"

static const struct problem *
find_held(struct request *req, struct payment_read_row **row_r)
{
	const struct problem *p;

	if ((p = sql_payment_read(req, path_uuid(req, "id"), req->parties, false, row_r)) != NULL)
		return p;
	if (*row_r == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such payment.");
	if (!text_equal((*row_r)->status, "held"))
		return problem(req, PROBLEM_CONFLICT, "Nothing is held for this payment.");
	return NULL;
}

static const struct problem *
end_hold(
    struct request *req, const struct payment_read_row *row, const char *kind, minor_units amount, struct reply *out)
{
	const struct uuid id = uuid_new(req->env);

	sql_payment_ending_add(req, id, row->id, kind, amount, env_now(req->env));
	sql_payment_queue(req, id, kind, row->from_wallet, row->to_wallet, amount, row->id, INSTANT_MAX);
	return reply_accepted(out, arena_format(req->arena, "/v1/payments/%s", uuid_text(req->arena, row->id)),
	    &(struct payment){ .id = row->id,
		.status = row->status,
		.from_wallet = row->from_wallet,
		.to_wallet = row->to_wallet,
		.amount = amount_text(req, row->amount, row->exponent),
		.currency = row->currency,
		.description = row->description,
		.metadata = row->metadata,
		.hold = true,
		.expires_at = row->expires_at,
		.created_at = row->created_at,
		.decided_at = row->decided_at });
}

const struct problem *
payment_capture(struct request *req, struct reply *out)
{
	const struct part *given = req->given;
	struct payment_read_row *row;
	const struct problem *p;
	minor_units amount;

	if ((p = find_held(req, &row)) != NULL)
		return p;
	amount = row->amount;
	if (given->amount != NULL && (p = amount_read(req, "/amount", given->amount, row->exponent, &amount)) != NULL)
		return p;
	if (amount > row->amount)
		return problem_field(req, "/amount", "is more than is held");
	return end_hold(req, row, "capture", amount, out);
}

const struct problem *
payment_cancel(struct request *req, struct reply *out)
{
	struct payment_read_row *row;
	const struct problem *p;

	if ((p = find_held(req, &row)) != NULL)
		return p;
	return end_hold(req, row, "void", 0, out);
}
