/* refund.c -- whoever was paid gives back, all of it or a part: a payment of its own, from the one to the other. */
#include "core/base/text.h"
#include "core/web/amount.h"
#include "handlers/payment/payment.h"
#include "handlers/payment/queries.h"

static const struct problem *
check_refundable(struct request *req, const struct payment_read_row *paid)
{
	if (paid == NULL || !paid->receives)
		return problem(req, PROBLEM_NOT_FOUND, "No such payment.");
	if (paid->refund_of != NULL)
		return problem(req, PROBLEM_CONFLICT, "A refund is not refunded.");
	if (!text_equal(paid->status, "succeeded"))
		return problem(req, PROBLEM_CONFLICT, "Only a payment that succeeded is refunded.");
	return NULL;
}

/* How much was received: of a hold, what was captured. */
static minor_units
received(const struct payment_read_row *paid)
{
	return paid->hold ? *paid->moved : paid->amount;
}

static const struct problem *
read_amount(struct request *req, const struct payment_read_row *paid, minor_units *amount_r)
{
	const minor_units left = received(paid) - (paid->refunded != NULL ? *paid->refunded : 0);
	const struct new_refund *given = req->given;
	const struct problem *p;

	*amount_r = left;
	if (given->metadata != NULL && given->metadata[0] != '{')
		return problem_field(req, "/metadata", "must be an object");
	if (left == 0)
		return problem(req, PROBLEM_CONFLICT, "All of it has been given back.");
	if (given->amount != NULL && (p = amount_read(req, "/amount", given->amount, paid->exponent, amount_r)) != NULL)
		return p;
	return *amount_r <= left ? NULL : problem_field(req, "/amount", "is more than is left to give back");
}

const struct problem *
payment_refund(struct request *req, struct reply *out)
{
	const struct new_refund *given = req->given;
	struct payment_read_row *paid;
	struct new_payment_row row;
	const struct problem *p;
	minor_units amount;

	if ((p = sql_payment_read(req, path_uuid(req, "id"), req->parties, false, &paid)) != NULL ||
	    (p = check_refundable(req, paid)) != NULL || (p = read_amount(req, paid, &amount)) != NULL)
		return p;
	row = (struct new_payment_row){ .from = paid->to_wallet,
		.to = paid->from_wallet,
		.amount = amount,
		.currency = paid->currency,
		.exponent = paid->exponent,
		.description = given->description,
		.metadata = given->metadata,
		.refund_of = &paid->id };
	if (paid->from_currency != NULL && (p = payment_convert_back(req, paid, &row)) != NULL)
		return p;
	return payment_accept(req, &row, out);
}
