/*
 * convert.c -- paying from a wallet of another currency: to_wallet gets exactly what was asked for, from_wallet pays
 * for it by a quote or at the present rate, with the spread.  One item of linked transfers through the house's
 * liquidity, all or none; and the same way back, for a refund.
 */
#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/web/terms.h"
#include "handlers/payment/payment.h"
#include "handlers/payment/queries.h"

/* At the quote's terms, if it may still be used; that it is used only once, payment.conversion_add sees to. */
static const struct problem *
settle_by_quote(struct request *req, const struct payment_terms_row *found, const char *from_currency,
    const struct new_payment_row *row, struct settled_terms *settled_r)
{
	if (found->quote_over == NULL)
		return problem_field(req, "/quote", "is no quote of yours");
	if (!text_equal(found->quote_from, from_currency) || !text_equal(found->quote_to, row->currency))
		return problem_field(req, "/quote", "is about other currencies than the wallets'");
	if (*found->quote_to_amount != row->amount)
		return problem_field(req, "/quote", "is about another amount");
	if (*found->quote_over)
		return problem(req, PROBLEM_CONFLICT, "The quote has been used, or is no longer valid.");
	*settled_r = (struct settled_terms){ { *found->quote_net, *found->quote_spread, *found->quote_to_amount },
		found->quote_rate };
	return NULL;
}

static void
keep_conversion(struct request *req, const struct payment_terms_row *found, const char *from_currency,
    const struct settled_terms *settled, struct new_payment_row *row)
{
	struct payment_conversion *conversion = ARENA_NEW(req->arena, struct payment_conversion);

	*conversion = (struct payment_conversion){ .amounts = settled->amounts,
		.rate = settled->rate,
		.from_currency = from_currency,
		.from_exponent = found->from_exponent,
		.from_liquidity = found->from_liquidity,
		.to_liquidity = found->to_liquidity,
		.spread_account = found->spread_account };
	row->conversion = conversion;
}

const struct problem *
payment_convert(struct request *req, const char *from_currency, struct new_payment_row *row)
{
	const struct new_payment *given = req->given;
	struct payment_terms_row *found;
	struct settled_terms settled;
	const struct problem *p;

	if ((p = sql_payment_terms(req, from_currency, row->currency, given->quote, req->parties, &found)) != NULL)
		return p;
	if (found == NULL)
		return problem(req, PROBLEM_NO_RATE, NULL);
	p = given->quote != NULL ? settle_by_quote(req, found, from_currency, row, &settled)
				 : terms_settle(req, &TERMS_OF(found), "/amount", NULL, given->amount, &settled);
	if (p != NULL)
		return p;
	keep_conversion(req, found, from_currency, &settled, row);
	row->conversion->quote = given->quote;
	return NULL;
}

/* row->amount is what leaves here.  Whatever the rate has done meanwhile, nobody gains by paying and giving back. */
const struct problem *
payment_convert_back(struct request *req, const struct payment_read_row *paid, struct new_payment_row *row)
{
	struct payment_share_row *share;
	struct payment_terms_row *found;
	struct settled_terms settled;
	const struct problem *p;

	if ((p = sql_payment_terms(req, paid->currency, paid->from_currency, NULL, req->parties, &found)) != NULL ||
	    (p = sql_payment_share(
		 req, *paid->moved, *paid->from_exponent, paid->amount, paid->exponent, row->amount, &share)) != NULL)
		return p;
	if (found == NULL)
		return problem(req, PROBLEM_NO_RATE, NULL);
	if ((p = terms_settle_refund(req, &TERMS_OF(found), "/amount", row->amount, &settled)) != NULL)
		return p;
	if (share->units == 0)
		return problem_field(req, "/amount", "is so little that nothing would come of it");
	if (share->units < settled.amounts.to)
		settled = (struct settled_terms){ { row->amount, 0, share->units }, share->rate };
	keep_conversion(req, found, paid->currency, &settled, row);
	row->amount = settled.amounts.to;
	row->currency = paid->from_currency;
	row->exponent = *paid->from_exponent;
	return NULL;
}

void
payment_queue_conversion(struct request *req, struct uuid id, const char *kind, const struct new_payment_row *row)
{
	const struct payment_conversion *conversion = row->conversion;
	const struct converted *amounts = &conversion->amounts;
	const char *const kinds[] = { kind, kind, "spread" };
	const struct uuid debits[] = { row->from, conversion->to_liquidity, row->from };
	const struct uuid credits[] = { conversion->from_liquidity, row->to, conversion->spread_account };
	const minor_units legs[] = { amounts->net, amounts->to, amounts->spread };
	const size_t count = amounts->spread > 0 ? 3 : 2;
	const struct uuid none = { { 0 } };

	sql_payment_conversion_add(req, id, amounts->net + amounts->spread, conversion->from_currency,
	    conversion->from_exponent, conversion->rate, conversion->quote, req->parties);
	sql_payment_queue_linked(req, id, kind, (struct texts){ kinds, count }, (struct uuids){ debits, count },
	    (struct uuids){ credits, count }, (struct amounts){ legs, count },
	    row->refund_of != NULL ? *row->refund_of : none);
}
