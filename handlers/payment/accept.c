/*
 * accept.c -- what can be judged before anything moves: whose the wallets are, whether they are open, in which
 * currency, how much.  Whether the money is there, is the poster's to decide.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/web/amount.h"
#include "handlers/payment/payment.h"
#include "handlers/payment/queries.h"

#define HOLD_SECONDS (INT64_C(7) * 24 * 3600)

/* A wallet that is unknown, closed, or somebody else's where it must be the caller's: the same answer. */
static const struct problem *
no_such_wallet(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "There is no such wallet to pay from, or to pay to.");
}

static const struct payment_wallets_row *
find_wallet(const struct payment_wallets_rows *rows, struct uuid id)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct payment_wallets_row *row = &rows->items[i];

		if (uuid_equal(row->account, id) && row->owner != NULL && !text_equal(row->state, "closed"))
			return row;
	}
	return NULL;
}

/* The 202 is made of what never changes; see core/web/wait.h. */
static const struct problem *
answer_accepted(
    struct request *req, struct uuid id, const struct new_payment_row *row, struct instant created, struct reply *out)
{
	const struct payment_conversion *conversion = row->conversion;

	return reply_accepted(out, arena_format(req->arena, "/v1/payments/%s", uuid_text(req->arena, id)),
	    &(struct payment){ .id = id,
		.status = "pending",
		.from_wallet = row->from,
		.to_wallet = row->to,
		.amount = amount_text(req, row->amount, row->exponent),
		.currency = row->currency,
		.from_amount = conversion == NULL
				   ? NULL
				   : amount_text(req, conversion->amounts.net + conversion->amounts.spread,
					 conversion->from_exponent),
		.from_currency = conversion == NULL ? NULL : conversion->from_currency,
		.rate = conversion == NULL ? NULL : conversion->rate,
		.quote = conversion == NULL ? NULL : conversion->quote,
		.description = row->description,
		.metadata = row->metadata,
		.hold = row->expires != NULL,
		.expires_at = row->expires,
		.refund_of = row->refund_of,
		.created_at = created });
}

const struct problem *
payment_accept(struct request *req, const struct new_payment_row *row, struct reply *out)
{
	const struct instant created = env_now(req->env);
	const struct uuid id = uuid_new(req->env), none = { { 0 } };
	const char *kind = row->refund_of != NULL ? "refund" : row->expires != NULL ? "hold" : "payment";

	sql_payment_add(req, id, row->from, row->to, created, row->exponent, row->expires != NULL, row->amount,
	    row->currency, row->description, row->metadata, row->expires, row->refund_of);
	if (row->conversion != NULL)
		payment_queue_conversion(req, id, kind, row);
	else
		sql_payment_queue(req, id, kind, row->from, row->to, row->amount,
		    row->refund_of != NULL ? *row->refund_of : none,
		    row->expires != NULL ? *row->expires : INSTANT_MAX);
	return answer_accepted(req, id, row, created, out);
}

static const struct problem *
needs_convert(struct request *req)
{
	struct problem *p = problem_field(req, "/currency", "is not the currency of from_wallet");

	problem_add(req, p, "/convert", "must be true, for from_wallet to pay in its own currency");
	return p;
}

/* What the shape cannot know: fields that depend on each other. */
static const struct problem *
check_fields(struct request *req, const struct new_payment *given)
{
	if (uuid_equal(given->from_wallet, given->to_wallet))
		return problem_field(req, "/to_wallet", "is from_wallet as well");
	if (given->hold_seconds != NULL && (given->hold == NULL || !*given->hold))
		return problem_field(req, "/hold_seconds", "is only for holds");
	if (given->metadata != NULL && given->metadata[0] != '{')
		return problem_field(req, "/metadata", "must be an object");
	if (given->hold != NULL && *given->hold && given->convert != NULL && *given->convert)
		return problem_field(req, "/hold", "is only for wallets of one currency");
	if (given->quote != NULL && (given->convert == NULL || !*given->convert))
		return problem_field(req, "/quote", "is only for payments that convert");
	return NULL;
}

static const struct instant *
expiry_of(struct request *req, const struct new_payment *given)
{
	struct instant *expires;

	if (given->hold == NULL || !*given->hold)
		return NULL;
	expires = ARENA_NEW(req->arena, struct instant);
	expires->micros =
	    env_now(req->env).micros + (given->hold_seconds != NULL ? *given->hold_seconds : HOLD_SECONDS) * SECOND;
	return expires;
}

/* Where from_wallet is of another currency: what it pays. */
static const struct problem *
settle(struct request *req, const char *from_currency, struct new_payment_row *row)
{
	const struct new_payment *given = req->given;

	if (text_equal(from_currency, row->currency))
		return given->quote == NULL
			   ? NULL
			   : problem_field(req, "/quote", "is about other currencies than the wallets'");
	if (given->convert == NULL || !*given->convert)
		return needs_convert(req);
	return payment_convert(req, from_currency, row);
}

const struct problem *
payment_create(struct request *req, struct reply *out)
{
	const struct new_payment *given = req->given;
	struct new_payment_row row = { .from = given->from_wallet,
		.to = given->to_wallet,
		.description = given->description,
		.metadata = given->metadata };
	const struct payment_wallets_row *from, *to;
	struct payment_wallets_rows wallets;
	const struct problem *p;

	if ((p = check_fields(req, given)) != NULL ||
	    (p = sql_payment_wallets(req, row.from, row.to, &wallets)) != NULL)
		return p;
	from = find_wallet(&wallets, given->from_wallet);
	to = find_wallet(&wallets, given->to_wallet);
	if (from == NULL || to == NULL || !uuids_contain(req->parties, *from->owner))
		return no_such_wallet(req);
	if (!text_equal(given->currency, to->currency))
		return problem_field(req, "/currency", "is not the currency of to_wallet");
	if ((p = amount_read(req, "/amount", given->amount, to->exponent, &row.amount)) != NULL)
		return p;
	row.currency = to->currency;
	row.exponent = to->exponent;
	row.expires = expiry_of(req, given);
	if ((p = settle(req, from->currency, &row)) != NULL)
		return p;
	return payment_accept(req, &row, out);
}

/* For a repeat under the same key. */
const struct problem *
payment_accepted(struct request *req, struct reply *out)
{
	struct payment_conversion conversion;
	struct payment_accepted_row *row;
	const struct problem *p;

	if ((p = sql_payment_accepted(req, req->awaited, &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_INTERNAL, "A payment that was accepted is gone.");
	if (row->from_currency != NULL)
		conversion = (struct payment_conversion){ .amounts = { .net = *row->from_amount },
			.from_currency = row->from_currency,
			.rate = row->rate,
			.quote = row->quote,
			.from_exponent = *row->from_exponent };
	return answer_accepted(req, row->id,
	    &(struct new_payment_row){ .from = row->from_wallet,
		.to = row->to_wallet,
		.amount = row->amount,
		.currency = row->currency,
		.exponent = row->exponent,
		.description = row->description,
		.metadata = row->metadata,
		.expires = row->expires_at,
		.refund_of = row->refund_of,
		.conversion = row->from_currency != NULL ? &conversion : NULL },
	    row->created_at, out);
}
