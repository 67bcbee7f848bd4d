/* quote.c -- what a conversion would come to, kept for a minute: used within it, it is exactly that. */
#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/trust/principal.h"
#include "core/web/amount.h"
#include "core/web/terms.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

static const struct problem *
check_given(struct request *req, const struct new_quote *given)
{
	if ((given->from_amount != NULL) == (given->to_amount != NULL))
		return problem_field(req, "/from_amount", "or to_amount must come, and only one of them");
	if (text_equal(given->from_currency, given->to_currency))
		return problem_field(req, "/to_currency", "is the same currency");
	return NULL;
}

const struct problem *
quote_create(struct request *req, struct reply *out)
{
	const struct new_quote *given = req->given;
	const struct uuid id = uuid_new(req->env);
	struct quote_terms_row *row;
	struct settled_terms settled;
	struct instant expires;
	const struct problem *p;
	struct terms terms;

	if ((p = check_given(req, given)) != NULL ||
	    (p = sql_quote_terms(req, given->from_currency, given->to_currency, &row)) != NULL)
		return p;
	if (row == NULL)
		return problem_field(req, "/to_currency", "or from_currency is no currency");
	terms = TERMS_OF(row);
	if ((p = terms_settle(req, &terms, given->from_amount != NULL ? "/from_amount" : "/to_amount",
		 given->from_amount, given->to_amount, &settled)) != NULL)
		return p;
	expires = (struct instant){ row->now.micros + req->config->rates.quote * SECOND };
	sql_quote_add(req, id, req->principal->party, given->from_currency, given->to_currency, settled.amounts.net,
	    settled.amounts.spread, settled.amounts.to, settled.rate, expires);
	return reply_created(out, arena_format(req->arena, "/v1/quotes/%s", uuid_text(req->arena, id)),
	    &(struct quote_view){ .id = id,
		.from_currency = given->from_currency,
		.to_currency = given->to_currency,
		.from_amount = amount_text(req, settled.amounts.net + settled.amounts.spread, terms.from_exponent),
		.spread = amount_text(req, settled.amounts.spread, terms.from_exponent),
		.to_amount = amount_text(req, settled.amounts.to, terms.to_exponent),
		.rate = settled.rate,
		.expires_at = expires });
}

const struct problem *
quote_show(struct request *req, struct reply *out)
{
	struct quote_look_row *row;
	const struct problem *p;

	if ((p = sql_quote_look(req, path_uuid(req, "id"), req->parties, &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such quote.");
	return reply_ok(out, &(struct quote_view){ .id = row->id,
				 .from_currency = row->from_currency,
				 .to_currency = row->to_currency,
				 .from_amount = amount_text(req, row->net + row->spread, row->from_exponent),
				 .spread = amount_text(req, row->spread, row->from_exponent),
				 .to_amount = amount_text(req, row->to_amount, row->to_exponent),
				 .rate = row->rate,
				 .expires_at = row->expires_at });
}
