/* conversion_test.c -- quotes and conversions: one rate, one rounding, a spread, and both sides or none. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/load.h"
#include "tests/api/wallet_kit.h"

static void
convert(struct world *w, const char *how)
{
	call_with(w, POST, "/v1/conversions",
	    arena_format(w->arena, "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",%s}", id_of(w, "gold"),
		id_of(w, "silver"), how),
	    WAIT);
}

static void
a_conversion_moves_both_sides_and_keeps_the_spread(void **state)
{
	struct world *w = *state;

	given_coins(w);
	/* 0.5 % of 10.00 is 0.05; 9.95 gold are 829.166 silver. */
	convert(w, arena_format(w->arena, "\"from_amount\":\"10.00\",\"currency\":\"%s\"", coins.gold));
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/from_amount", "10.00");
	then_field(w, "/spread", "0.05");
	then_field(w, "/to_amount", "829");
	then_field(w, "/rate", "83.333333333333333333");
	name_it(w, "done");
	then_posted(w, "ada", "gold", "90.00");
	then_posted(w, "ada", "silver", "829");
	call(w, GET, "/v1/wallets/gold/history", NULL);
	then_count(w, "/data", 3);
	then_field(w, "/data/0/kind", "spread");
	then_field(w, "/data/0/amount", "0.05");
	then_field(w, "/data/1/kind", "conversion");
	then_field(w, "/data/1/amount", "9.95");
	call(w, GET, "/v1/conversions/done", NULL);
	then_field(w, "/status", "succeeded");
	call(w, GET, "/v1/conversions", NULL);
	then_count(w, "/data", 1);
}

static void
what_is_wanted_exactly_is_rounded_up_where_it_is_paid(void **state)
{
	struct world *w = *state;

	given_coins(w);
	/* 100 silver are 1.20 gold exactly; with the spread 1.20603: 1.21. */
	convert(w, arena_format(w->arena, "\"to_amount\":\"100\",\"currency\":\"%s\"", coins.silver));
	then_status(w, 200);
	then_field(w, "/to_amount", "100");
	then_field(w, "/from_amount", "1.21");
	then_field(w, "/spread", "0.01");
}

static void
a_quote_is_kept_to_whatever_the_rate_does_and_used_once(void **state)
{
	struct world *w = *state;
	const char *body;

	given_coins(w);
	body = arena_format(w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"from_amount\":\"10.00\"}",
	    coins.gold, coins.silver);
	call(w, POST, "/v1/quotes", body);
	then_status(w, 201);
	then_field(w, "/to_amount", "829");
	name_it(w, "quote");
	given_rate(w, coins.gold, "1.00");
	as(w, "ada");
	call(w, GET, "/v1/quotes/quote", NULL);
	then_field(w, "/to_amount", "829");
	convert(w, arena_format(w->arena, "\"quote\":\"%s\"", id_of(w, "quote")));
	then_status(w, 200);
	then_field(w, "/to_amount", "829");
	then_field(w, "/quote", id_of(w, "quote"));
	convert(w, arena_format(w->arena, "\"quote\":\"%s\"", id_of(w, "quote")));
	then_problem(w, 409, "conflict");
	then_posted(w, "ada", "silver", "829");
	call(w, POST, "/v1/quotes", body);
	then_field(w, "/to_amount", "331");
}

static void
a_quote_that_is_over_or_somebody_elses_is_refused(void **state)
{
	struct world *w = *state;

	given_coins(w);
	given_user(w, "bob");
	as(w, "ada");
	call(w, POST, "/v1/quotes",
	    arena_format(w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"to_amount\":\"10\"}", coins.gold,
		coins.silver));
	then_status(w, 201);
	name_it(w, "quote");
	as(w, "bob");
	call(w, GET, "/v1/quotes/quote", NULL);
	then_problem(w, 404, "not-found");
	given_sql(
	    w, arena_format(w->arena, "UPDATE wallet.quote SET expires_at = now() WHERE id = '%s'", id_of(w, "quote")));
	as(w, "ada");
	convert(w, arena_format(w->arena, "\"quote\":\"%s\"", id_of(w, "quote")));
	then_problem(w, 409, "conflict");
	convert(w, arena_format(w->arena, "\"quote\":\"%s\"", uuid_text(w->arena, uuid_new(&env_system))));
	then_problem(w, 422, "invalid");
	then_error(w, "/quote");
}

static void
a_repeat_under_its_key_does_not_use_the_quote_again(void **state)
{
	struct world *w = *state;
	const char *body;

	given_coins(w);
	call(w, POST, "/v1/quotes",
	    arena_format(w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"to_amount\":\"10\"}", coins.gold,
		coins.silver));
	body = arena_format(w->arena, "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"quote\":\"%s\"}",
	    id_of(w, "gold"), id_of(w, "silver"), answer_field(&w->answer, "/id"));
	for (int i = 0; i < 3; i++) {
		call_with(w, POST, "/v1/conversions", body, "Idempotency-Key: once");
		then_status(w, 202);
		then_field(w, "/status", "pending");
	}
	call_with(w, POST, "/v1/conversions", body, "Idempotency-Key: once", WAIT);
	then_status(w, 200);
	then_posted(w, "ada", "silver", "10");
}

static void
a_quote_that_many_use_at_once_is_used_once(void **state)
{
	struct world *w = *state;
	struct load_request request = { .path = "/v1/conversions" };
	struct load_report report;
	struct load *load;

	given_coins(w);
	call(w, POST, "/v1/quotes",
	    arena_format(w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"to_amount\":\"10\"}", coins.gold,
		coins.silver));
	request.body = arena_format(w->arena, "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"quote\":\"%s\"}",
	    id_of(w, "gold"), id_of(w, "silver"), answer_field(&w->answer, "/id"));
	load = load_start(w, &request, 1, 16);
	load_run(load, 0.5);
	report = load_stop(load);
	assert_int_equal(report.well, 1);
	assert_true(report.wrong > 16); /* 409, each of them */
	then_posted(w, "ada", "silver", "10");
	call(w, GET, "/v1/conversions", NULL);
	then_count(w, "/data", 1);
}

static void
more_than_there_is_moves_nothing_on_either_side(void **state)
{
	struct world *w = *state;

	given_coins(w);
	/* The conversion alone would fit; with the spread it does not. */
	convert(w, arena_format(w->arena, "\"from_amount\":\"100.01\",\"currency\":\"%s\"", coins.gold));
	then_status(w, 200);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "insufficient_funds");
	then_posted(w, "ada", "gold", "100.00");
	then_posted(w, "ada", "silver", "0");
}

static void
points_are_topped_up_by_a_conversion(void **state)
{
	struct world *w = *state;

	given_coins(w);
	given_rate(w, "PNT", "0.01");
	given_purse(w, "ada", "points", "PNT");
	call_with(w, POST, "/v1/conversions",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"to_amount\":\"500.00\",\"currency\":\"PNT\"}",
		id_of(w, "gold"), id_of(w, "points")),
	    WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_posted(w, "ada", "points", "500.00");
	then_posted(w, "ada", "gold", "97.98");
}

static void
what_makes_no_sense_is_refused_with_its_field(void **state)
{
	static const struct {
		const char *how, *pointer;
	} rows[] = {
		{ "\"currency\":\"USD\"", "/from_amount" },
		{ "\"from_amount\":\"1\",\"to_amount\":\"1\",\"currency\":\"USD\"", "/from_amount" },
		{ "\"from_amount\":\"1\"", "/currency" },
		{ "\"from_amount\":\"1\",\"currency\":\"USD\"", "/currency" },
		{ "\"from_amount\":\"1.001\",\"currency\":\"GOLD\"", "/from_amount" },
		{ "\"from_amount\":\"0\",\"currency\":\"GOLD\"", "/from_amount" },
		{ "\"from_amount\":\"0.01\",\"currency\":\"GOLD\"", "/from_amount" },
		{ "\"to_amount\":\"0.5\",\"currency\":\"SILVER\"", "/to_amount" },
		{ "\"to_amount\":\"1e3\",\"currency\":\"SILVER\"", "/to_amount" },
		{ "\"to_amount\":\"999999999999999999999999999999999999\",\"currency\":\"SILVER\"", "/to_amount" },
	};
	struct world *w = *state;

	given_coins(w);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *how = arena_text(w->arena, rows[i].how), *at;

		if ((at = strstr(how, "GOLD")) != NULL)
			how = arena_format(w->arena, "%.*s%s\"", (int)(at - how), how, coins.gold);
		else if ((at = strstr(how, "SILVER")) != NULL)
			how = arena_format(w->arena, "%.*s%s\"", (int)(at - how), how, coins.silver);
		convert(w, how);
		then_problem(w, 422, "invalid");
		then_error(w, rows[i].pointer);
	}
	call(w, POST, "/v1/conversions",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"from_amount\":\"1\",\"currency\":\"%s\"}",
		id_of(w, "gold"), id_of(w, "gold"), coins.gold));
	then_error(w, "/to_wallet");
}

static void
somebody_elses_wallet_is_not_found(void **state)
{
	struct world *w = *state;

	given_coins(w);
	given_user(w, "bob");
	given_purse(w, "bob", "his", coins.silver);
	as(w, "ada");
	call(w, POST, "/v1/conversions",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"from_amount\":\"1\",\"currency\":\"%s\"}",
		id_of(w, "gold"), id_of(w, "his"), coins.gold));
	then_problem(w, 404, "not-found");
	as(w, "bob");
	convert(w, arena_format(w->arena, "\"from_amount\":\"1\",\"currency\":\"%s\"", coins.gold));
	then_problem(w, 404, "not-found");
}

static void
without_a_rate_that_holds_nothing_is_converted(void **state)
{
	struct world *w = *state;
	const char *quote;

	given_coins(w);
	quote = arena_format(w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"from_amount\":\"10.00\"}",
	    coins.gold, coins.silver);
	given_sql(
	    w, arena_format(w->arena, "UPDATE wallet.rate SET as_of = now() - interval '40 days' WHERE currency = '%s'",
		   coins.silver));
	call(w, POST, "/v1/quotes", quote);
	then_problem(w, 409, "no-rate");
	convert(w, arena_format(w->arena, "\"from_amount\":\"1\",\"currency\":\"%s\"", coins.gold));
	then_problem(w, 409, "no-rate");
	given_sql(w, arena_format(w->arena, "DELETE FROM wallet.rate WHERE currency = '%s'", coins.silver));
	call(w, POST, "/v1/quotes", quote);
	then_problem(w, 409, "no-rate");
	given_rate(w, coins.silver, "0.03");
	as(w, "ada");
	call(w, POST, "/v1/quotes", quote);
	then_status(w, 201);
	call(w, POST, "/v1/quotes",
	    arena_format(
		w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"NONE\",\"from_amount\":\"10.00\"}", coins.gold));
	then_problem(w, 422, "invalid");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_conversion_moves_both_sides_and_keeps_the_spread),
		api_test(what_is_wanted_exactly_is_rounded_up_where_it_is_paid),
		api_test(a_quote_is_kept_to_whatever_the_rate_does_and_used_once),
		api_test(a_quote_that_is_over_or_somebody_elses_is_refused),
		api_test(a_repeat_under_its_key_does_not_use_the_quote_again),
		api_test(a_quote_that_many_use_at_once_is_used_once),
		api_test(more_than_there_is_moves_nothing_on_either_side),
		api_test(points_are_topped_up_by_a_conversion),
		api_test(what_makes_no_sense_is_refused_with_its_field),
		api_test(somebody_elses_wallet_is_not_found),
		api_test(without_a_rate_that_holds_nothing_is_converted),
	};

	return run_world(tests);
}
