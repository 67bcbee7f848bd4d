/*
 * convert.c -- paying from a wallet of another currency: to_wallet gets exactly what was asked for, from_wallet pays
 * for it at the present rate, with the spread.  One item of linked transfers through the house's liquidity, all or
 * none.
 */
#include "core/base/arena.h"
#include "core/web/terms.h"
#include "handlers/payment/payment.h"
#include "handlers/payment/queries.h"

const struct problem *
payment_convert(struct request *req, const char *from_currency, struct new_payment_row *row)
{
	const struct new_payment *given = req->given;
	struct payment_conversion *conversion = ARENA_NEW(req->arena, struct payment_conversion);
	struct payment_terms_row *found;
	struct settled_terms settled;
	const struct problem *p;
	struct terms terms;

	if ((p = sql_payment_terms(req, from_currency, row->currency, &found)) != NULL)
		return p;
	if (found == NULL)
		return problem(req, PROBLEM_NO_RATE, NULL);
	terms = TERMS_OF(found);
	if ((p = terms_settle(req, &terms, "/amount", NULL, given->amount, &settled)) != NULL)
		return p;
	*conversion = (struct payment_conversion){ .amounts = settled.amounts,
		.rate = settled.rate,
		.from_currency = from_currency,
		.from_exponent = found->from_exponent,
		.from_liquidity = found->from_liquidity,
		.to_liquidity = found->to_liquidity,
		.spread_account = found->spread_account };
	row->conversion = conversion;
	return NULL;
}

void
payment_queue_conversion(struct request *req, struct uuid id, const struct new_payment_row *row)
{
	const struct payment_conversion *conversion = row->conversion;
	const struct converted *amounts = &conversion->amounts;
	const char *const kinds[] = { "payment", "payment", "spread" };
	const struct uuid debits[] = { row->from, conversion->to_liquidity, row->from };
	const struct uuid credits[] = { conversion->from_liquidity, row->to, conversion->spread_account };
	const minor_units legs[] = { amounts->net, amounts->to, amounts->spread };
	const size_t count = amounts->spread > 0 ? 3 : 2;

	sql_payment_conversion_add(req, id, amounts->net + amounts->spread, conversion->from_currency,
	    conversion->from_exponent, conversion->rate);
	sql_payment_queue_linked(req, id, (struct texts){ kinds, count }, (struct uuids){ debits, count },
	    (struct uuids){ credits, count }, (struct amounts){ legs, count });
}
