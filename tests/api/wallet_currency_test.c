/* wallet_currency_test.c -- currencies: those of the world, those that operators add, and how long rates stay. */
#include "core/base/arena.h"
#include "tests/api/wallet_kit.h"

static void
the_currencies_of_the_world_are_there_with_their_exponents(void **state)
{
	static const char *const rows[][2] = { { "RUB", "2" }, { "USD", "2" }, { "CNY", "2" }, { "EUR", "2" },
		{ "PNT", "2" }, { "JPY", "0" }, { "KWD", "3" }, { "CLF", "4" } };
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		call(w, GET, arena_format(w->arena, "/v1/currencies/%s", rows[i][0]), NULL);
		then_status(w, 200);
		then_field(w, "/exponent", rows[i][1]);
		then_field(w, "/active", "true");
		then_field(w, "/custom", "false");
	}
	call(w, GET, "/v1/currencies/XYZ", NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/currencies?limit=100", NULL);
	then_count(w, "/data", 100);
	then_field(w, "/data/0/code", "AED");
}

static void
an_operator_adds_a_currency_and_takes_it_out_of_use(void **state)
{
	struct world *w = *state;
	const char *code = fresh_code(w);
	const char *body = arena_format(w->arena, "{\"code\":\"%s\",\"name\":\"Ether\",\"exponent\":18}", code);

	given_user(w, "ada");
	given_cashier(w);
	as(w, "ada");
	call(w, POST, "/v1/currencies", body);
	then_problem(w, 403, "forbidden");
	as(w, "cashier");
	call(w, POST, "/v1/currencies", body);
	then_status(w, 201);
	then_field(w, "/exponent", "18");
	then_field(w, "/custom", "true");
	call(w, POST, "/v1/currencies", body);
	then_problem(w, 409, "conflict");
	call(w, PATCH, arena_format(w->arena, "/v1/currencies/%s", code), "{\"active\":false}");
	then_problem(w, 428, "precondition-required");
	call_with(w, PATCH, arena_format(w->arena, "/v1/currencies/%s", code), "{\"active\":false}", "If-Match: \"7\"");
	then_problem(w, 412, "precondition-failed");
	call_with(w, PATCH, arena_format(w->arena, "/v1/currencies/%s", code), "{\"active\":false}", "If-Match: \"1\"");
	then_status(w, 200);
	then_field(w, "/active", "false");
	then_field(w, "/name", "Ether");
	as(w, "ada");
	call(w, POST, "/v1/wallets", arena_format(w->arena, "{\"currency\":\"%s\"}", code));
	then_problem(w, 422, "invalid");
	then_error(w, "/currency");
}

static void
a_currency_must_be_well_formed(void **state)
{
	static const char *const bodies[] = {
		"{\"code\":\"ab1\",\"name\":\"x\",\"exponent\":2}",
		"{\"code\":\"AB\",\"name\":\"x\",\"exponent\":2}",
		"{\"code\":\"ABCDEFGHIJK\",\"name\":\"x\",\"exponent\":2}",
		"{\"code\":\"ABC\",\"name\":\"\",\"exponent\":2}",
		"{\"code\":\"ABC\",\"name\":\"x\",\"exponent\":19}",
		"{\"code\":\"ABC\",\"name\":\"x\",\"exponent\":-1}",
		"{\"code\":\"ABC\",\"name\":\"x\",\"exponent\":1.5}",
		"{\"code\":\"ABC\",\"name\":\"x\"}",
	};
	struct world *w = *state;

	given_cashier(w);
	as(w, "cashier");
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		call(w, POST, "/v1/currencies", bodies[i]);
		then_problem(w, 422, "invalid");
	}
}

static void
an_old_rate_goes_when_another_one_holds(void **state)
{
	struct world *w = *state;
	const char *left;

	given_coins(w);
	left = arena_format(w->arena,
	    "SELECT string_agg(trim_scale(numerator / denominator)::text, ' ' ORDER BY holds_from) FROM wallet.rate"
	    " WHERE currency = '%s'",
	    coins.gold);
	given_sql(w,
	    arena_format(w->arena,
		"UPDATE wallet.rate SET holds_from = now() - interval '500 days' WHERE currency = '%s'", coins.gold));
	given_sql(w, "SELECT core.retention_remove('wallet.rate', 100)");
	assert_string_equal(given_sql(w, left), "2.5");
	given_rate(w, coins.gold, "3");
	given_sql(w, "SELECT core.retention_remove('wallet.rate', 100)");
	assert_string_equal(given_sql(w, left), "3");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(the_currencies_of_the_world_are_there_with_their_exponents),
		api_test(an_operator_adds_a_currency_and_takes_it_out_of_use),
		api_test(a_currency_must_be_well_formed),
		api_test(an_old_rate_goes_when_another_one_holds),
	};

	return run_world(tests);
}
