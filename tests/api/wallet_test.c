/* wallet_test.c -- wallets: opening, freezing, closing, floors, history. */
#include "core/base/arena.h"
#include "tests/api/wallet_kit.h"

static void
a_party_opens_any_number_of_wallets(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/wallets", "{\"currency\":\"JPY\",\"label\":\"Travel\"}");
	then_status(w, 201);
	then_field(w, "/state", "open");
	then_field(w, "/balance/posted", "0");
	then_field(w, "/label", "Travel");
	name_it(w, "yen");
	assert_string_equal(
	    answer_header(&w->answer, "location"), arena_format(w->arena, "/v1/wallets/%s", id_of(w, "yen")));
	given_purse(w, "ada", "first", "USD");
	given_purse(w, "ada", "second", "USD");
	call(w, GET, "/v1/wallets", NULL);
	then_count(w, "/data", 3);
	then_field(w, "/data/0/id", id_of(w, "second"));
	call(w, GET, "/v1/wallets?currency=USD&limit=1", NULL);
	then_count(w, "/data", 1);
	call(w, GET,
	    arena_format(
		w->arena, "/v1/wallets?currency=USD&limit=1&cursor=%s", answer_field(&w->answer, "/next_cursor")),
	    NULL);
	then_field(w, "/data/0/id", id_of(w, "first"));
	call(w, PATCH, "/v1/wallets/first", "{\"label\":\"Rent\"}");
	then_status(w, 200);
	then_field(w, "/label", "Rent");
}

static void
a_wallet_needs_a_currency_and_an_owner_that_the_caller_acts_for(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	as(w, "ada");
	call(w, POST, "/v1/wallets", "{\"currency\":\"XYZ\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/currency");
	call(w, POST, "/v1/wallets", "{\"currency\":\"usd\"}");
	then_problem(w, 422, "invalid");
	call(
	    w, POST, "/v1/wallets", arena_format(w->arena, "{\"currency\":\"USD\",\"owner\":\"%s\"}", id_of(w, "bob")));
	then_problem(w, 422, "invalid");
	then_error(w, "/owner");
	as(w, NULL);
	call(w, POST, "/v1/wallets", "{\"currency\":\"USD\"}");
	then_problem(w, 401, "unauthenticated");
}

static void
somebody_elses_wallet_is_not_found(void **state)
{
	static const char *const reads[] = { "/v1/wallets/hers", "/v1/wallets/hers/history",
		"/v1/wallets/hers?at=2026-01-01T00:00:00Z" };
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	given_operator(w, "clerk", "wallet.read");
	given_purse(w, "ada", "hers", "USD");
	as(w, "bob");
	for (size_t i = 0; i < 3; i++) {
		call(w, GET, reads[i], NULL);
		then_problem(w, 404, "not-found");
	}
	call(w, POST, "/v1/wallets/hers/close", NULL);
	then_problem(w, 404, "not-found");
	call(w, PATCH, "/v1/wallets/hers", "{\"label\":\"mine\"}");
	then_problem(w, 404, "not-found");
	call(w, POST, "/v1/wallets/hers/freeze", NULL);
	then_problem(w, 403, "forbidden");
	call(w, GET, arena_format(w->arena, "/v1/wallets?owner=%s", id_of(w, "ada")), NULL);
	then_count(w, "/data", 0);
	as(w, "clerk");
	for (size_t i = 0; i < 3; i++) {
		call(w, GET, reads[i], NULL);
		then_status(w, 200);
	}
	call(w, GET, arena_format(w->arena, "/v1/wallets?owner=%s", id_of(w, "ada")), NULL);
	then_count(w, "/data", 1);
}

static void
change(struct world *w, const char *who, const char *path, const char *body)
{
	as(w, who);
	call_with(w, POST, path, body, WAIT);
	then_status(w, 200);
}

static void
a_frozen_wallet_moves_nothing_until_it_is_unfrozen(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
	given_money(w, "purse", "5.00", "USD");
	change(w, "cashier", "/v1/wallets/purse/freeze", NULL);
	then_field(w, "/status", "succeeded");
	then_field(w, "/kind", "freeze");
	report(w, "deposits", "purse", "1.00", "USD", fresh(w, "in"));
	then_field(w, "/reason", "to_frozen");
	report(w, "withdrawals", "purse", "1.00", "USD", fresh(w, "out"));
	then_field(w, "/reason", "from_frozen");
	as(w, "ada");
	call(w, GET, "/v1/wallets?state=frozen", NULL);
	then_count(w, "/data", 1);
	call(w, GET, "/v1/wallets?state=open", NULL);
	then_count(w, "/data", 0);
	change(w, "cashier", "/v1/wallets/purse/unfreeze", NULL);
	then_field(w, "/status", "succeeded");
	change(w, "cashier", "/v1/wallets/purse/unfreeze", NULL);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "not_frozen");
	report(w, "withdrawals", "purse", "1.00", "USD", fresh(w, "out"));
	then_field(w, "/status", "succeeded");
}

static void
whoever_may_freeze_and_nothing_else_reads_what_became_of_it(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_operator(w, "guard", "wallet.freeze");
	given_purse(w, "ada", "purse", "USD");
	change(w, "guard", "/v1/wallets/purse/freeze", NULL);
	name_it(w, "freezing");
	call(w, GET, "/v1/wallets/purse/changes/freezing", NULL);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	call(w, GET, "/v1/wallets/purse", NULL);
	then_problem(w, 404, "not-found");
	change(w, "guard", "/v1/wallets/purse/unfreeze", NULL);
}

static void
only_an_empty_wallet_is_closed(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
	given_money(w, "purse", "5.00", "USD");
	change(w, "ada", "/v1/wallets/purse/close", NULL);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "not_empty");
	report(w, "withdrawals", "purse", "5.00", "USD", fresh(w, "out"));
	change(w, "ada", "/v1/wallets/purse/close", NULL);
	then_field(w, "/status", "succeeded");
	name_it(w, "closing");
	call(w, GET, "/v1/wallets/purse/changes/closing", NULL);
	then_field(w, "/status", "succeeded");
	call(w, GET, "/v1/wallets?state=closed", NULL);
	then_count(w, "/data", 1);
	report(w, "deposits", "purse", "1.00", "USD", fresh(w, "in"));
	then_field(w, "/reason", "to_closed");
}

static void
an_overdraft_reaches_down_to_the_floor(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
	change(w, "cashier", "/v1/wallets/purse/floor", "{\"floor\":\"-10.00\",\"currency\":\"USD\"}");
	then_field(w, "/status", "succeeded");
	then_field(w, "/floor", "-10.00");
	report(w, "withdrawals", "purse", "10.01", "USD", fresh(w, "out"));
	then_field(w, "/reason", "insufficient_funds");
	report(w, "withdrawals", "purse", "10.00", "USD", fresh(w, "out"));
	then_field(w, "/status", "succeeded");
	then_posted(w, "ada", "purse", "-10.00");
	then_field(w, "/balance/available", "0.00");
	change(w, "cashier", "/v1/wallets/purse/floor", "{\"floor\":\"0\",\"currency\":\"USD\"}");
	then_field(w, "/reason", "below_floor");
	as(w, "cashier");
	call(w, POST, "/v1/wallets/purse/floor", "{\"floor\":\"-1.005\",\"currency\":\"USD\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/floor");
	as(w, "ada");
	call(w, POST, "/v1/wallets/purse/floor", "{\"floor\":\"-1\",\"currency\":\"USD\"}");
	then_problem(w, 403, "forbidden");
}

static void
history_tells_each_movement_with_the_balance_after_it(void **state)
{
	struct world *w = *state;
	const char *from;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
	given_money(w, "purse", "5.00", "USD");
	report(w, "withdrawals", "purse", "2.00", "USD", fresh(w, "out"));
	given_money(w, "purse", "0.50", "USD");
	as(w, "ada");
	call(w, GET, "/v1/wallets/purse/history", NULL);
	then_count(w, "/data", 3);
	then_field(w, "/data/0/balance", "3.50");
	then_field(w, "/data/0/direction", "in");
	then_field(w, "/data/1/balance", "3.00");
	then_field(w, "/data/1/direction", "out");
	then_field(w, "/data/1/kind", "withdrawal");
	then_field(w, "/data/2/amount", "5.00");
	from = arena_text(w->arena, answer_field(&w->answer, "/data/1/at"));
	call(w, GET, "/v1/wallets/purse/history?kind=deposit", NULL);
	then_count(w, "/data", 2);
	call(w, GET, "/v1/wallets/purse/history?kind=payment", NULL);
	then_count(w, "/data", 0);
	call(w, GET, arena_format(w->arena, "/v1/wallets/purse/history?from=%s", from), NULL);
	then_count(w, "/data", 2);
	call(w, GET, arena_format(w->arena, "/v1/wallets/purse/history?until=%s", from), NULL);
	then_count(w, "/data", 1);
	call(w, GET, arena_format(w->arena, "/v1/wallets/purse?at=%s", from), NULL);
	then_field(w, "/balance/posted", "3.00");
	call(w, GET, "/v1/wallets/purse?at=2020-01-01T00:00:00Z", NULL);
	then_field(w, "/balance/posted", "0.00");
	call(w, GET, "/v1/wallets/purse/history?kind=nothing", NULL);
	then_problem(w, 422, "invalid");
}

static void
a_page_of_history_goes_on_where_the_last_one_ended(void **state)
{
	struct world *w = *state;
	const char *cursor;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "JPY");
	for (int i = 1; i <= 5; i++)
		given_money(w, "purse", arena_format(w->arena, "%d", i), "JPY");
	as(w, "ada");
	call(w, GET, "/v1/wallets/purse/history?limit=2", NULL);
	then_field(w, "/data/0/balance", "15");
	cursor = arena_text(w->arena, answer_field(&w->answer, "/next_cursor"));
	call(w, GET, arena_format(w->arena, "/v1/wallets/purse/history?limit=2&cursor=%s", cursor), NULL);
	then_field(w, "/data/0/balance", "6");
	then_field(w, "/data/1/balance", "3");
}

/* The types of what was told about it, whether the sequencer has come by already or not. */
static const char *
events_about(struct world *w, const char *name)
{
	return given_sql(w, arena_format(w->arena,
				"SELECT string_agg(DISTINCT t, ' ' ORDER BY t) FROM (SELECT type AS t FROM "
				"event.outbox WHERE subject = '%s' "
				"UNION ALL SELECT type FROM event.log WHERE subject = '%s') e",
				id_of(w, name), id_of(w, name)));
}

static void
each_decision_about_a_wallet_is_told(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
	assert_string_equal(events_about(w, "purse"), "wallet.opened");
	given_money(w, "purse", "1.00", "USD");
	name_it(w, "deposit");
	assert_string_equal(events_about(w, "deposit"), "deposit.succeeded");
	change(w, "cashier", "/v1/wallets/purse/freeze", NULL);
	change(w, "cashier", "/v1/wallets/purse/freeze", NULL);
	change(w, "cashier", "/v1/wallets/purse/unfreeze", NULL);
	assert_string_equal(
	    events_about(w, "purse"), "wallet.change_failed wallet.frozen wallet.opened wallet.unfrozen");
}

static void
whether_money_is_held_is_known_to_other_areas(void **state)
{
	struct world *w = *state;
	const char *ask;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
	ask = arena_format(w->arena, "SELECT wallet.holds_money(ARRAY['%s'::uuid])", id_of(w, "ada"));
	assert_string_equal(given_sql(w, ask), "f");
	given_money(w, "purse", "0.01", "USD");
	assert_string_equal(given_sql(w, ask), "t");
	assert_string_equal(given_sql(w, "SELECT wallet.exponent('CLF')"), "4");
	assert_null(given_sql(w, "SELECT wallet.exponent('NONE')"));
}

static void
a_balance_of_the_past_knows_the_floor_of_then(void **state)
{
	struct world *w = *state;
	const char *before, *after;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
	given_money(w, "purse", "5.00", "USD");
	before = arena_text(w->arena, answer_field(&w->answer, "/decided_at"));
	change(w, "cashier", "/v1/wallets/purse/floor", "{\"floor\":\"-10.00\",\"currency\":\"USD\"}");
	after = arena_text(w->arena, answer_field(&w->answer, "/decided_at"));
	change(w, "cashier", "/v1/wallets/purse/floor", "{\"floor\":\"5.00\",\"currency\":\"USD\"}");
	as(w, "ada");
	call(w, GET, arena_format(w->arena, "/v1/wallets/purse?at=%s", before), NULL);
	then_field(w, "/balance/available", "5.00");
	then_field(w, "/balance/floor", "0.00");
	call(w, GET, arena_format(w->arena, "/v1/wallets/purse?at=%s", after), NULL);
	then_field(w, "/balance/available", "15.00");
	then_field(w, "/balance/floor", "-10.00");
	call(w, GET, "/v1/wallets/purse", NULL);
	then_field(w, "/balance/available", "0.00");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_party_opens_any_number_of_wallets),
		api_test(a_wallet_needs_a_currency_and_an_owner_that_the_caller_acts_for),
		api_test(somebody_elses_wallet_is_not_found),
		api_test(a_frozen_wallet_moves_nothing_until_it_is_unfrozen),
		api_test(whoever_may_freeze_and_nothing_else_reads_what_became_of_it),
		api_test(only_an_empty_wallet_is_closed),
		api_test(an_overdraft_reaches_down_to_the_floor),
		api_test(history_tells_each_movement_with_the_balance_after_it),
		api_test(a_page_of_history_goes_on_where_the_last_one_ended),
		api_test(each_decision_about_a_wallet_is_told),
		api_test(whether_money_is_held_is_known_to_other_areas),
		api_test(a_balance_of_the_past_knows_the_floor_of_then),
	};

	return run_world(tests);
}
