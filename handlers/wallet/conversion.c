/*
 * conversion.c -- from one wallet into another of another currency: one item of two transfers through the house's
 * liquidity, and a third for the spread, all posted or none.  Rate or quote is judged when the conversion is accepted.
 */
#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/web/amount.h"
#include "core/web/page.h"
#include "core/web/terms.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/wallet.h"

static const struct uuids no_parties;

static const struct problem *
check_given(struct request *req, const struct new_conversion *given)
{
	const int count = (given->quote != NULL) + (given->from_amount != NULL) + (given->to_amount != NULL);

	if (count != 1)
		return problem_field(req, "/from_amount", "or to_amount or quote must come, and only one of them");
	if (given->quote == NULL && given->currency == NULL)
		return problem_field(req, "/currency", "must be there, beside an amount");
	if (uuid_equal(given->from_wallet, given->to_wallet))
		return problem_field(req, "/to_wallet", "is the same wallet");
	return NULL;
}

/* At the quote's terms, if it may still be used; that it is used only once, conversion_add sees to. */
static const struct problem *
settle_by_quote(
    struct request *req, struct uuid id, const struct conversion_between_row *between, struct settled_terms *settled_r)
{
	struct quote_look_row *quote;
	const struct problem *p;

	if ((p = sql_quote_look(req, id, req->parties, &quote)) != NULL)
		return p;
	if (quote == NULL)
		return problem_field(req, "/quote", "is no quote of yours");
	if (!text_equal(quote->from_currency, between->from_currency) ||
	    !text_equal(quote->to_currency, between->to_currency))
		return problem_field(req, "/quote", "is about other currencies than the wallets'");
	if (quote->over)
		return problem(req, PROBLEM_CONFLICT, "The quote has been used, or is no longer valid.");
	*settled_r = (struct settled_terms){ { quote->net, quote->spread, quote->to_amount }, quote->rate };
	return NULL;
}

static const struct problem *
settle(struct request *req, const struct conversion_between_row *between, struct settled_terms *settled_r)
{
	const struct new_conversion *given = req->given;
	const struct terms terms = TERMS_OF(between);
	const char *currency = given->from_amount != NULL ? between->from_currency : between->to_currency;

	if (text_equal(between->from_currency, between->to_currency))
		return problem_field(req, "/to_wallet", "is in the same currency; that is a payment");
	if (given->quote != NULL)
		return settle_by_quote(req, *given->quote, between, settled_r);
	if (!text_equal(given->currency, currency))
		return problem_field(req, "/currency", "is not that of the wallet whose amount this is");
	return terms_settle(req, &terms, given->from_amount != NULL ? "/from_amount" : "/to_amount", given->from_amount,
	    given->to_amount, settled_r);
}

static const struct problem *
accept(struct request *req, const struct conversion_between_row *between, const struct settled_terms *settled,
    struct reply *out)
{
	const struct new_conversion *given = req->given;
	const struct uuid id = uuid_new(req->env);

	sql_conversion_add(req, id, between->owner, given->from_wallet, given->to_wallet, settled->amounts.net,
	    settled->amounts.spread, settled->amounts.to, settled->rate, given->quote, between->from_liquidity,
	    between->to_liquidity, between->spread_account);
	return reply_accepted(out, arena_format(req->arena, "/v1/conversions/%s", uuid_text(req->arena, id)),
	    &(struct conversion_view){ .id = id,
		.from_wallet = given->from_wallet,
		.to_wallet = given->to_wallet,
		.from_currency = between->from_currency,
		.to_currency = between->to_currency,
		.from_amount = amount_text(req, settled->amounts.net + settled->amounts.spread, between->from_exponent),
		.spread = amount_text(req, settled->amounts.spread, between->from_exponent),
		.to_amount = amount_text(req, settled->amounts.to, between->to_exponent),
		.rate = settled->rate,
		.quote = given->quote,
		.status = "pending",
		.created_at = between->now });
}

const struct problem *
conversion_create(struct request *req, struct reply *out)
{
	const struct new_conversion *given = req->given;
	struct conversion_between_row *between;
	struct settled_terms settled;
	const struct problem *p;

	if ((p = check_given(req, given)) != NULL)
		return p;
	if ((p = sql_conversion_between(req, given->from_wallet, given->to_wallet, req->parties, &between)) != NULL)
		return p;
	if (between == NULL)
		return no_such_wallet(req);
	if ((p = settle(req, between, &settled)) != NULL)
		return p;
	return accept(req, between, &settled, out);
}

static struct conversion_view
view_of(struct request *req, const struct conversion_page_row *row)
{
	return (struct conversion_view){ .id = row->id,
		.from_wallet = row->from_wallet,
		.to_wallet = row->to_wallet,
		.from_currency = row->from_currency,
		.to_currency = row->to_currency,
		.from_amount = amount_text(req, row->net + row->spread, row->from_exponent),
		.spread = amount_text(req, row->spread, row->from_exponent),
		.to_amount = amount_text(req, row->to_amount, row->to_exponent),
		.rate = row->rate,
		.quote = row->quote,
		.status = row->status,
		.reason = row->reason,
		.created_at = row->created_at,
		.decided_at = row->decided_at };
}

static const struct problem *
reply_conversion(struct request *req, const struct conversion_read_row *row, struct reply *out)
{
	const struct conversion_page_row same = { row->id, row->from_wallet, row->to_wallet, row->from_currency,
		row->to_currency, row->from_exponent, row->to_exponent, row->net, row->spread, row->to_amount,
		row->rate, row->quote, row->status, row->reason, row->created_at, row->decided_at };
	const struct conversion_view view = view_of(req, &same);

	return reply_ok(out, &view);
}

const struct problem *
conversion_list(struct request *req, struct reply *out)
{
	struct conversion_page_rows rows;
	struct conversion_view *conversions;
	const struct problem *p;

	if ((p = sql_conversion_page(req, req->parties, page_uuid(req, 0, UUID_MAX), page_limit(req), &rows)) != NULL)
		return p;
	conversions = ARENA_ARRAY(req->arena, rows.count, struct conversion_view);
	for (size_t i = 0; i < rows.count; i++)
		conversions[i] = view_of(req, &rows.items[i]);
	return reply_page(out, conversions, rows.count, sizeof(*conversions));
}

const struct problem *
conversion_show(struct request *req, struct reply *out)
{
	struct conversion_read_row *row;
	const struct problem *p;

	if ((p = sql_conversion_read(req, path_uuid(req, "id"), req->parties, sees_all_wallets(req), &row)) != NULL)
		return p;
	return row == NULL ? problem(req, PROBLEM_NOT_FOUND, "No such conversion.") : reply_conversion(req, row, out);
}

const struct problem *
conversion_outcome(struct request *req, struct reply *out)
{
	struct conversion_read_row *row;
	const struct problem *p;

	if ((p = sql_conversion_read(req, req->awaited, no_parties, true, &row)) != NULL)
		return p;
	return row == NULL || row->decided_at == NULL ? NULL : reply_conversion(req, row, out);
}
