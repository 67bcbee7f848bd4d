/* rate.c -- the rates that hold, and those that operators set.  Every rate is to the US dollar; pairs cross through it.
 */
#include "core/base/arena.h"
#include "core/base/convert.h"
#include "core/base/env.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/trust/principal.h"
#include "core/web/amount.h"
#include "core/web/page.h"
#include "core/web/terms.h"
#include "handlers/wallet/queries.h"
#include "handlers/wallet/rate_source.h"
#include "handlers/wallet/wallet.h"

/* A time of PostgreSQL's infinity is none. */
static const struct instant *
some_time(struct arena *arena, struct instant instant)
{
	struct instant *copy = ARENA_NEW(arena, struct instant);

	*copy = instant;
	return instant.micros == INSTANT_MAX.micros || instant.micros == INSTANT_MIN.micros ? NULL : copy;
}

static struct rate_view
view_of(struct request *req, const struct rate_page_row *row)
{
	const struct money_rate rate = { row->numerator, row->denominator }, dollar = { 1, 1 };
	char text[RATE_TEXT_SIZE];

	return (struct rate_view){ .id = row->id,
		.currency = row->currency,
		.usd = arena_text(req->arena, rate_print(rate, dollar, text)),
		.holds_from = row->holds_from,
		.as_of = some_time(req->arena, row->as_of),
		.source = row->source,
		.set_by = row->set_by,
		.stale = rate_is_stale(req, row->as_of) };
}

static const struct problem *
reply_rates(struct request *req, const struct rate_page_rows *rows, struct reply *out)
{
	struct rate_view *rates = ARENA_ARRAY(req->arena, rows->count, struct rate_view);

	for (size_t i = 0; i < rows->count; i++)
		rates[i] = view_of(req, &rows->items[i]);
	return reply_page(out, rates, rows->count, sizeof(*rates));
}

const struct problem *
rate_list(struct request *req, struct reply *out)
{
	struct rate_page_rows rows;
	const struct problem *p;

	if ((p = sql_rate_page(req, page_text(req, 0, ""), page_limit(req), &rows)) != NULL)
		return p;
	return reply_rates(req, &rows, out);
}

const struct problem *
rate_history(struct request *req, struct reply *out)
{
	struct rate_past_rows rows;
	struct rate_page_rows same;
	const struct problem *p;

	if ((p = sql_rate_past(req, path_text(req, "code"), page_instant(req, 0, INSTANT_MAX),
		 page_integer(req, 1, INT64_MAX), page_limit(req), &rows)) != NULL)
		return p;
	same = (struct rate_page_rows){ ARENA_ARRAY(req->arena, rows.count, struct rate_page_row), rows.count };
	for (size_t i = 0; i < rows.count; i++)
		same.items[i] = (struct rate_page_row){ rows.items[i].currency, rows.items[i].id,
			rows.items[i].numerator, rows.items[i].denominator, rows.items[i].holds_from,
			rows.items[i].as_of, rows.items[i].source, rows.items[i].set_by };
	return reply_rates(req, &same, out);
}

const struct problem *
rate_show(struct request *req, struct reply *out)
{
	struct rate_look_row *row;
	struct rate_view view;
	const struct problem *p;

	if ((p = sql_rate_look(req, path_text(req, "code"), &row)) != NULL)
		return p;
	if (row == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No rate holds for such a currency.");
	view = view_of(req, &(struct rate_page_row){ row->currency, row->id, row->numerator, row->denominator,
				row->holds_from, row->as_of, row->source, row->set_by });
	return reply_ok(out, &view);
}

/* A hand that slips by a factor of ten is the dearest mistake of all. */
static const struct problem *
check_jump(
    struct request *req, const struct new_rate *given, struct money_rate rate, const struct rate_look_row *before)
{
	if (before == NULL || (given->jump != NULL && *given->jump))
		return NULL;
	if (!rate_jumps(rate, (struct money_rate){ before->numerator, before->denominator }, req->config->rates.jump))
		return NULL;
	return problem_field(req, "/usd",
	    arena_format(req->arena,
		"differs by more than %d %% from the rate that holds; if it is meant, say \"jump\": true",
		(int)req->config->rates.jump));
}

static const struct problem *
check_given(struct request *req, const struct new_rate *given, struct money_rate *rate_r)
{
	const struct money_rate one = { 1, 1 };
	const struct problem *p;
	minor_units units;

	if (text_equal(given->currency, "USD"))
		return problem_field(req, "/currency", "is what the others are measured in");
	if (given->holds_from != NULL && given->holds_from->micros < req->started.micros - SECOND)
		return problem_field(req, "/holds_from", "is over already");
	if ((p = amount_read(req, "/usd", given->usd, MONEY_EXPONENT_MAX, &units)) != NULL)
		return p;
	*rate_r = (struct money_rate){ units, (minor_units)INT64_C(1000000000000000000) };
	return rate_divide(*rate_r, one, rate_r) ? NULL : problem_field(req, "/usd", "has too many digits");
}

const struct problem *
rate_create(struct request *req, struct reply *out)
{
	const struct new_rate *given = req->given;
	struct rate_look_row *before;
	struct rate_set_row *row;
	struct money_rate rate;
	struct rate_view view;
	const struct problem *p;

	if ((p = check_given(req, given, &rate)) != NULL ||
	    (p = sql_rate_look(req, given->currency, &before)) != NULL ||
	    (p = check_jump(req, given, rate, before)) != NULL)
		return p;
	if ((p = sql_rate_set(req, given->currency, rate.numerator, rate.denominator, given->holds_from,
		 req->principal->party, &row)) != NULL)
		return p;
	if (row == NULL)
		return problem_field(req, "/currency", "is no currency");
	view = view_of(req, &(struct rate_page_row){ given->currency, row->id, rate.numerator, rate.denominator,
				row->holds_from, INSTANT_MAX, "operator", &req->principal->party });
	return reply_created(out, arena_format(req->arena, "/v1/rates/%s", given->currency), &view);
}
