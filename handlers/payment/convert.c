/*
 * convert.c -- paying from a wallet of another currency: to_wallet gets exactly what was asked for, from_wallet pays
 * for it at the present rate, with the spread.  One item of linked transfers through the house's liquidity, all or
 * none.
 */
#include "core/base/convert.h"

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "handlers/payment/payment.h"
#include "handlers/payment/queries.h"

static bool
holds(const struct request *req, const minor_units *numerator, const struct instant *as_of)
{
	return numerator != NULL && as_of != NULL &&
	       as_of->micros >= env_now(req->env).micros - req->config->rates.max_age * SECOND;
}

static const struct problem *
fault_of(struct request *req, enum convert_fault fault)
{
	switch (fault) {
	case CONVERT_OK:
		return NULL;
	case CONVERT_TOO_SMALL:
		return problem_field(req, "/amount", "is so little that nothing would be paid for it");
	case CONVERT_TOO_LARGE:
		return problem_field(req, "/amount", "costs more than any amount may be");
	}
	return problem(req, PROBLEM_INTERNAL, NULL);
}

const struct problem *
payment_convert(struct request *req, const char *from_currency, struct new_payment_row *row)
{
	struct payment_conversion *conversion = ARENA_NEW(req->arena, struct payment_conversion);
	struct payment_terms_row *terms;
	struct convert_side from, to;
	const struct problem *p;
	char text[RATE_TEXT_SIZE];

	if ((p = sql_payment_terms(req, from_currency, row->currency, &terms)) != NULL)
		return p;
	if (terms == NULL || !terms->both_active || !holds(req, terms->from_numerator, terms->from_as_of) ||
	    !holds(req, terms->to_numerator, terms->to_as_of))
		return problem(req, PROBLEM_NO_RATE, NULL);
	from = (struct convert_side){ { *terms->from_numerator, *terms->from_denominator },
		(unsigned)terms->from_exponent };
	to = (struct convert_side){ { *terms->to_numerator, *terms->to_denominator }, (unsigned)terms->to_exponent };
	if ((p = fault_of(req, convert_to_amount(row->amount, (unsigned)req->config->rates.spread, &from, &to,
				   &conversion->amounts))) != NULL)
		return p;
	conversion->from_currency = from_currency;
	conversion->from_exponent = terms->from_exponent;
	conversion->rate = arena_text(req->arena, rate_print(from.rate, to.rate, text));
	conversion->from_liquidity = terms->from_liquidity;
	conversion->to_liquidity = terms->to_liquidity;
	conversion->spread_account = terms->spread_account;
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
