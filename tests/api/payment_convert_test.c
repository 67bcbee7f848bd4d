/* payment_convert_test.c -- paying from a wallet of another currency, by a quote or at the present rate. */
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/load.h"
#include "tests/api/payment_kit.h"
#include "tests/api/wallet_kit.h"

static const char *
payment_body(struct world *w, const char *more)
{
	return arena_format(w->arena,
	    "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"100\",\"currency\":\"%s\"%s}", id_of(w, "gold"),
	    id_of(w, "his"), coins.silver, more);
}

static void
given_payee(struct world *w)
{
	given_coins(w);
	given_user(w, "bob");
	given_purse(w, "bob", "his", coins.silver);
	as(w, "ada");
}

static void
a_payment_converts_where_it_is_asked_to_and_exactly_its_amount_arrives(void **state)
{
	struct world *w = *state;

	given_payee(w);
	call(w, POST, "/v1/payments", payment_body(w, ""));
	then_problem(w, 422, "invalid");
	then_error(w, "/currency");
	call(w, POST, "/v1/payments", payment_body(w, ",\"convert\":true,\"hold\":true"));
	then_problem(w, 422, "invalid");
	then_error(w, "/hold");
	call_with(w, POST, "/v1/payments", payment_body(w, ",\"convert\":true"), WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/amount", "100");
	then_field(w, "/from_amount", "1.21");
	then_field(w, "/from_currency", coins.gold);
	then_field(w, "/rate", "83.333333333333333333");
	name_it(w, "payment");
	then_posted(w, "ada", "gold", "98.79");
	call(w, GET, "/v1/payments", NULL);
	then_field(w, "/data/0/from_amount", "1.21");
	as(w, "bob");
	then_posted(w, "bob", "his", "100");
	call(w, GET, "/v1/wallets/his/history", NULL);
	then_field(w, "/data/0/kind", "payment");
	then_field(w, "/data/0/item", id_of(w, "payment"));
}

static void
a_repeated_payment_that_converts_is_answered_byte_for_byte(void **state)
{
	struct world *w = *state;
	const char *body, *first;

	given_payee(w);
	body = payment_body(w, ",\"convert\":true");
	call_with(w, POST, "/v1/payments", body, "Idempotency-Key: once");
	then_status(w, 202);
	then_field(w, "/from_amount", "1.21");
	first = arena_text(w->arena, (const char *)w->answer.body.data);
	given_rate(w, coins.gold, "1.00");
	as(w, "ada");
	call_with(w, POST, "/v1/payments", body, "Idempotency-Key: once");
	then_status(w, 202);
	assert_string_equal((const char *)w->answer.body.data, first);
	call_with(w, POST, "/v1/payments", body, "Idempotency-Key: once", WAIT);
	then_field(w, "/status", "succeeded");
	then_posted(w, "ada", "gold", "98.79");
}

static void
a_payment_that_converts_needs_a_rate_and_the_money(void **state)
{
	struct world *w = *state;

	given_payee(w);
	given_rate(w, coins.gold, "0.01");
	as(w, "ada");
	call_with(w, POST, "/v1/payments", payment_body(w, ",\"convert\":true"), WAIT);
	then_status(w, 200);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "insufficient_funds");
	then_posted(w, "ada", "gold", "100.00");
	given_sql(w, arena_format(w->arena, "DELETE FROM wallet.rate WHERE currency = '%s'", coins.gold));
	call(w, POST, "/v1/payments", payment_body(w, ",\"convert\":true"));
	then_problem(w, 409, "no-rate");
}

/* Half a minute after the first start they are there. */
static void
until_rates_were_fetched(struct world *w)
{
	const struct timespec moment = { .tv_nsec = 100000000 };

	for (int i = 0; i < 450 && given_sql(w, "SELECT 1 FROM wallet.rate_of(ARRAY['EUR'])") == NULL; i++)
		nanosleep(&moment, NULL);
}

/* Rates come with the platform in dev and test; a wallet of wallet's own currencies finds the house's accounts. */
static void
a_payment_converts_where_that_is_asked_for(void **state)
{
	struct world *w = *state;
	const char *first, *header = new_key(w), *body;

	until_rates_were_fetched(w);
	given_two_wallets(w);
	given_wallet(w, "bob-eur", "bob", "EUR", 2, "0");
	body = arena_format(w->arena,
	    "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"10\",\"currency\":\"EUR\",\"convert\":true}",
	    id_of(w, "ada-usd"), id_of(w, "bob-eur"));
	call_with(w, POST, "/v1/payments", body, header);
	then_status(w, 202);
	first = body_of(w);
	then_field(w, "/from_currency", "USD");
	call_with(w, POST, "/v1/payments", body, header);
	assert_string_equal(body_of(w), first);
	call_with(w, POST, "/v1/payments", body, header, WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/currency", "EUR");
	name_it(w, "payment");
	then_balance(w, "bob-eur", "1000 0 0");
	assert_string_equal(
	    given_sql(w, arena_format(w->arena,
			     "SELECT 10000 - b.posted = c.from_amount AND c.from_amount > 0 FROM payment.conversion c,"
			     " ledger.balance(ARRAY['%s'::uuid]) b WHERE c.payment = '%s'",
			     id_of(w, "ada-usd"), id_of(w, "payment"))),
	    "t");
}

/* ---- by quote --------------------------------------------------------------------------------- */

/* Of so many silver, for gold. */
static void
given_quote(struct world *w, const char *name, const char *amount)
{
	call(w, POST, "/v1/quotes",
	    arena_format(w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"to_amount\":\"%s\"}", coins.gold,
		coins.silver, amount));
	then_status(w, 201);
	name_it(w, name);
}

static const char *
by_quote(struct world *w, const char *quote)
{
	return payment_body(w, arena_format(w->arena, ",\"convert\":true,\"quote\":\"%s\"", id_of(w, quote)));
}

static void
a_payment_pays_exactly_the_quote_that_it_names(void **state)
{
	struct world *w = *state;
	const char *body, *first;

	given_payee(w);
	given_quote(w, "quote", "100");
	body = by_quote(w, "quote");
	given_rate(w, coins.gold, "0.50");
	as(w, "ada");
	call_with(w, POST, "/v1/payments", body, "Idempotency-Key: once");
	then_status(w, 202);
	then_field(w, "/from_amount", "1.21");
	then_field(w, "/quote", id_of(w, "quote"));
	first = body_of(w);
	call_with(w, POST, "/v1/payments", body, "Idempotency-Key: once");
	assert_string_equal(body_of(w), first);
	call_with(w, POST, "/v1/payments", body, "Idempotency-Key: once", WAIT);
	then_field(w, "/status", "succeeded");
	then_field(w, "/quote", id_of(w, "quote"));
	then_posted(w, "ada", "gold", "98.79");
	call(w, POST, "/v1/payments", body);
	then_problem(w, 409, "conflict");
	call(w, GET, "/v1/payments", NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/quote", id_of(w, "quote"));
}

static void
a_quote_that_is_over_or_was_used_to_convert_is_refused(void **state)
{
	struct world *w = *state;

	given_payee(w);
	given_quote(w, "late", "100");
	given_sql(
	    w, arena_format(w->arena, "UPDATE wallet.quote SET expires_at = now() WHERE id = '%s'", id_of(w, "late")));
	call(w, POST, "/v1/payments", by_quote(w, "late"));
	then_problem(w, 409, "conflict");
	given_quote(w, "used", "100");
	call_with(w, POST, "/v1/conversions",
	    arena_format(w->arena, "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"quote\":\"%s\"}", id_of(w, "gold"),
		id_of(w, "silver"), id_of(w, "used")),
	    WAIT);
	then_field(w, "/status", "succeeded");
	call(w, POST, "/v1/payments", by_quote(w, "used"));
	then_problem(w, 409, "conflict");
	then_posted(w, "bob", "his", "0");
}

static void
a_quote_that_does_not_fit_the_payment_is_named(void **state)
{
	struct world *w = *state;
	const char *body;

	given_payee(w);
	given_quote(w, "quote", "100");
	given_quote(w, "other", "99");
	given_purse(w, "ada", "more-gold", coins.gold);
	call(w, POST, "/v1/payments", by_quote(w, "other"));
	then_problem(w, 422, "invalid");
	then_error(w, "/quote");
	call(w, POST, "/v1/payments", payment_body(w, arena_format(w->arena, ",\"quote\":\"%s\"", id_of(w, "quote"))));
	then_error(w, "/quote");
	call(w, POST, "/v1/payments",
	    payment_body(w, ",\"convert\":true,\"quote\":\"0190b5a0-0000-7000-8000-000000000000\""));
	then_error(w, "/quote");
	body = arena_format(w->arena,
	    "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"1\",\"currency\":\"%s\",\"convert\":true,"
	    "\"quote\":"
	    "\"%s\"}",
	    id_of(w, "gold"), id_of(w, "more-gold"), coins.gold, id_of(w, "quote"));
	call(w, POST, "/v1/payments", body);
	then_error(w, "/quote");
	as(w, "bob");
	given_quote(w, "his-quote", "100");
	as(w, "ada");
	call(w, POST, "/v1/payments", by_quote(w, "his-quote"));
	then_error(w, "/quote");
	call_with(w, POST, "/v1/payments", by_quote(w, "quote"), WAIT);
	then_field(w, "/status", "succeeded");
}

static void
a_quote_that_many_pay_at_once_is_paid_once(void **state)
{
	struct world *w = *state;
	struct load_request request = { .path = "/v1/payments" };
	struct load_report report;
	struct load *load;

	given_payee(w);
	given_quote(w, "quote", "100");
	request.body = by_quote(w, "quote");
	load = load_start(w, &request, 1, 16);
	load_run(load, 0.5);
	report = load_stop(load);
	assert_int_equal(report.well, 1);
	assert_true(report.wrong > 16); /* 409, each of them */
	then_posted(w, "bob", "his", "100");
}

static void
one_that_failed_is_listed_on_both_sides(void **state)
{
	static const char *const people[] = { "ada", "bob" };
	struct world *w = *state;

	given_payee(w);
	given_rate(w, coins.gold, "0.01");
	as(w, "ada");
	call_with(w, POST, "/v1/payments", payment_body(w, ",\"convert\":true"), WAIT);
	then_field(w, "/status", "failed");
	name_it(w, "failed");
	for (size_t i = 0; i < 2; i++) {
		as(w, people[i]);
		call(w, GET, "/v1/payments?status=failed", NULL);
		then_count(w, "/data", 1);
		then_field(w, "/data/0/id", id_of(w, "failed"));
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_payment_converts_where_it_is_asked_to_and_exactly_its_amount_arrives),
		api_test(a_repeated_payment_that_converts_is_answered_byte_for_byte),
		api_test(a_payment_that_converts_needs_a_rate_and_the_money),
		api_test(a_payment_converts_where_that_is_asked_for),
		api_test(a_payment_pays_exactly_the_quote_that_it_names),
		api_test(a_quote_that_is_over_or_was_used_to_convert_is_refused),
		api_test(a_quote_that_does_not_fit_the_payment_is_named),
		api_test(a_quote_that_many_pay_at_once_is_paid_once),
		api_test(one_that_failed_is_listed_on_both_sides),
	};

	return run_world(tests);
}
