/* show.c -- payments as they are now: one, a page of them, sums of them, and what whoever waits is told. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/trust/principal.h"
#include "core/web/amount.h"
#include "core/web/page.h"
#include "handlers/payment/payment.h"
#include "handlers/payment/queries.h"

#define DAY        (INT64_C(24) * 3600 * SECOND)
#define STATS_DAYS 92

static const struct problem *
no_such_payment(struct request *req)
{
	return problem(req, PROBLEM_NOT_FOUND, "No such payment.");
}

/* Rows of pages and of single payments have the same columns. */
#define PAYMENT_OF(req, row) \
	((struct payment){ .id = (row)->id, \
	    .status = (row)->status, \
	    .reason = (row)->reason, \
	    .from_wallet = (row)->from_wallet, \
	    .to_wallet = (row)->to_wallet, \
	    .amount = amount_text((req), (row)->amount, (row)->exponent), \
	    .currency = (row)->currency, \
	    .from_amount = (row)->from_exponent != NULL \
			       ? amount_text_of((req), (row)->from_amount, *(row)->from_exponent) \
			       : NULL, \
	    .from_currency = (row)->from_currency, \
	    .rate = (row)->rate, \
	    .quote = (row)->quote, \
	    .captured = (row)->hold ? amount_text_of((req), (row)->moved, (row)->exponent) : NULL, \
	    .refunded = amount_text_of((req), (row)->refunded, (row)->exponent), \
	    .description = (row)->description, \
	    .metadata = (row)->metadata, \
	    .hold = (row)->hold, \
	    .expires_at = (row)->expires_at, \
	    .refund_of = (row)->refund_of, \
	    .created_at = (row)->created_at, \
	    .decided_at = (row)->decided_at })

static const struct problem *
show(struct request *req, struct uuid id, struct reply *out)
{
	struct payment_read_row *row;
	const struct problem *p;

	if ((p = sql_payment_read(req, id, req->parties, principal_sees_all(req), &row)) != NULL)
		return p;
	if (row == NULL)
		return no_such_payment(req);
	return reply_ok(out, &PAYMENT_OF(req, row));
}

const struct problem *
payment_show(struct request *req, struct reply *out)
{
	return show(req, path_uuid(req, "id"), out);
}

/* As long as it is not decided, nothing is said. */
const struct problem *
payment_outcome(struct request *req, struct reply *out)
{
	struct payment_is_decided_row *row;
	const struct problem *p;

	if ((p = sql_payment_is_decided(req, req->awaited, &row)) != NULL || !row->decided)
		return p;
	return show(req, req->awaited, out);
}

static struct uuid
wallet_of(const struct uuid *wallet)
{
	return wallet != NULL ? *wallet : (struct uuid){ { 0 } };
}

static struct uuid
least(struct uuid a, struct uuid b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) < 0 ? a : b;
}

const struct problem *
payment_list(struct request *req, struct reply *out)
{
	const struct payment_filter *filter = req->asked;
	struct instant from = filter->from != NULL ? *filter->from : INSTANT_MIN;
	struct instant until = filter->until != NULL ? *filter->until : INSTANT_MAX;
	struct payment_page_rows rows;
	struct payment *payments;
	const struct problem *p;

	if ((p = sql_payment_page(req, req->parties, principal_sees_all(req), wallet_of(filter->wallet),
		 filter->status != NULL ? filter->status : "", from, until,
		 least(page_uuid(req, 0, UUID_MAX), id_until(until)), id_from(from), page_limit(req), &rows)) != NULL)
		return p;
	payments = ARENA_ARRAY(req->arena, rows.count, struct payment);
	for (size_t i = 0; i < rows.count; i++)
		payments[i] = PAYMENT_OF(req, &rows.items[i]);
	return reply_page(out, payments, rows.count, sizeof(*payments));
}

static const struct problem *
stats_window(struct request *req, struct instant *from_r, struct instant *until_r)
{
	const struct stats_filter *filter = req->asked;

	*until_r = filter->until != NULL ? *filter->until : env_now(req->env);
	from_r->micros = filter->from != NULL ? filter->from->micros : until_r->micros - 30 * DAY;
	if (until_r->micros <= from_r->micros)
		return problem_field(req, "?until", "must be later than from");
	if (until_r->micros - from_r->micros > STATS_DAYS * DAY)
		return problem_field(req, "?from", "must be at most 92 days before until");
	return NULL;
}

const struct problem *
payment_stats(struct request *req, struct reply *out)
{
	const struct stats_filter *filter = req->asked;
	struct payment_stats_rows rows;
	struct instant from, until;
	struct payment_sum *sums;
	const struct problem *p;

	if ((p = stats_window(req, &from, &until)) != NULL ||
	    (p = sql_payment_stats(req, req->parties, principal_sees_all(req), wallet_of(filter->wallet), from, until,
		 id_from(from), id_until(until), &rows)) != NULL)
		return p;
	sums = ARENA_ARRAY(req->arena, rows.count, struct payment_sum);
	for (size_t i = 0; i < rows.count; i++)
		sums[i] = (struct payment_sum){ .day = rows.items[i].day,
			.status = rows.items[i].status,
			.currency = rows.items[i].currency,
			.count = rows.items[i].count,
			.amount = amount_text(req, rows.items[i].amount, rows.items[i].exponent) };
	return reply_ok(out, &(struct payment_sums){ .data = { sums, rows.count } });
}
