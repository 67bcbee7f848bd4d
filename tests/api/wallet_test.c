/* wallet_test.c -- currencies and wallets: opening, freezing, closing, floors, deposits, withdrawals, history. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/load.h"
#include "tests/api/kit/world.h"

#define WAIT "Prefer: wait=8"

/* A text that no other test has. */
static const char *
fresh(struct world *w, const char *what)
{
	return arena_format(w->arena, "%s-%s", what, uuid_text(w->arena, uuid_new(&env_system)));
}

/* A cashier may report deposits and withdrawals, freeze, and set floors. */
static void
given_cashier(struct world *w)
{
	static const char *const permissions[] = { "wallet.deposit", "wallet.withdraw", "wallet.freeze",
		"wallet.floor" };

	given_operator(w, "cashier", "wallet.deposit");
	for (size_t i = 0; i < 4; i++)
		given_sql(
		    w, arena_format(w->arena,
			   "SELECT \"authorization\".role_permit('test-wallet-deposit', ARRAY['%s'])", permissions[i]));
}

static void
given_wallet(struct world *w, const char *user, const char *name, const char *currency)
{
	as(w, user);
	call(w, POST, "/v1/wallets", arena_format(w->arena, "{\"currency\":\"%s\"}", currency));
	then_status(w, 201);
	name_it(w, name);
}

static void
report(struct world *w, const char *what, const char *wallet, const char *amount, const char *currency,
    const char *reference)
{
	as(w, "cashier");
	call_with(w, POST, arena_format(w->arena, "/v1/%s", what),
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":\"%s\",\"currency\":\"%s\",\"reference\":\"%s\"}",
		id_of(w, wallet), amount, currency, reference),
	    WAIT);
}

static void
given_money(struct world *w, const char *wallet, const char *amount, const char *currency)
{
	report(w, "deposits", wallet, amount, currency, fresh(w, "money"));
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
}

static void
then_balance(struct world *w, const char *owner, const char *wallet, const char *posted)
{
	as(w, owner);
	call(w, GET, arena_format(w->arena, "/v1/wallets/%s", wallet), NULL);
	then_status(w, 200);
	then_field(w, "/balance/posted", posted);
}

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

static const char *
fresh_code(struct world *w)
{
	char code[11] = "T";

	for (size_t i = 1; i < 10; i++)
		code[i] = (char)('A' + (char)env_random_below(&env_system, 26));
	return arena_text(w->arena, code);
}

static void
an_operator_adds_a_currency_and_takes_it_out_of_use(void **state)
{
	struct world *w = *state;
	const char *code = fresh_code(w);
	const char *body = arena_format(w->arena, "{\"code\":\"%s\",\"name\":\"Ether\",\"exponent\":18}", code);

	given_user(w, "ada");
	given_operator(w, "mint", "currency.write");
	as(w, "ada");
	call(w, POST, "/v1/currencies", body);
	then_problem(w, 403, "forbidden");
	as(w, "mint");
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

	given_operator(w, "mint", "currency.write");
	as(w, "mint");
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		call(w, POST, "/v1/currencies", bodies[i]);
		then_problem(w, 422, "invalid");
	}
}

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
	given_wallet(w, "ada", "first", "USD");
	given_wallet(w, "ada", "second", "USD");
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
	given_wallet(w, "ada", "hers", "USD");
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
a_deposit_counts_once_for_its_reference(void **state)
{
	struct world *w = *state;
	const char *reference = fresh(w, "bank"), *id;

	given_user(w, "ada");
	given_cashier(w);
	given_wallet(w, "ada", "purse", "USD");
	report(w, "deposits", "purse", "19.99", "USD", reference);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/amount", "19.99");
	id = arena_text(w->arena, answer_field(&w->answer, "/id"));
	report(w, "deposits", "purse", "19.99", "USD", reference);
	then_status(w, 200);
	then_field(w, "/id", id);
	report(w, "deposits", "purse", "20.00", "USD", reference);
	then_problem(w, 409, "conflict");
	then_balance(w, "ada", "purse", "19.99");
	as(w, "cashier");
	call(w, GET, arena_format(w->arena, "/v1/deposits?reference=%s", reference), NULL);
	then_count(w, "/data", 1);
	call(w, GET, arena_format(w->arena, "/v1/deposits/%s", id), NULL);
	then_field(w, "/status", "succeeded");
	call(w, GET, arena_format(w->arena, "/v1/withdrawals/%s", id), NULL);
	then_problem(w, 404, "not-found");
}

static void
a_deposit_that_many_report_at_once_counts_once(void **state)
{
	struct world *w = *state;
	struct load_request request = { .path = "/v1/deposits" };
	struct load_report report;
	struct load *load;

	given_user(w, "ada");
	given_cashier(w);
	given_wallet(w, "ada", "purse", "USD");
	request.body =
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":\"1.00\",\"currency\":\"USD\",\"reference\":\"%s\"}",
		id_of(w, "purse"), fresh(w, "twins"));
	as(w, "cashier");
	load = load_start(w, &request, 1, 16);
	load_run(load, 0.5);
	report = load_stop(load);
	assert_int_equal(report.wrong, 0);
	assert_true(report.well > 16);
	then_balance(w, "ada", "purse", "1.00");
}

static void
a_withdrawal_takes_what_is_there_and_no_more(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_wallet(w, "ada", "purse", "KWD");
	given_money(w, "purse", "10.000", "KWD");
	report(w, "withdrawals", "purse", "10.001", "KWD", fresh(w, "out"));
	then_status(w, 200);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "insufficient_funds");
	report(w, "withdrawals", "purse", "4.001", "KWD", fresh(w, "out"));
	then_field(w, "/status", "succeeded");
	then_balance(w, "ada", "purse", "5.999");
}

static void
only_who_may_reports_deposits(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "cashier");
	given_wallet(w, "ada", "purse", "USD");
	report(w, "deposits", "purse", "1.00", "USD", fresh(w, "x"));
	then_problem(w, 403, "forbidden");
	report(w, "withdrawals", "purse", "1.00", "USD", fresh(w, "x"));
	then_problem(w, 403, "forbidden");
}

static void
amounts_are_exact_or_refused(void **state)
{
	static const char *const amounts[] = { "1.001", "1.0000000000000000000", "+1", "-1", "1e2", "1e400", "1E2",
		" 1", "1 ", "1,00", "1_000", "", ".", ".5", "1.", "01", "00.10", "0x10", "NaN", "Infinity", "0", "0.00",
		"\u0661", "\uff11", "\u06f1.5", "1\u00a0000", "10000000000000000000000000000000000000",
		"1000000000000000000000000000000000000",
		"9999999999999999999999999999999999999999999999999999999999999999999999" };
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_wallet(w, "ada", "purse", "USD");
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		report(w, "deposits", "purse", amounts[i], "USD", fresh(w, "bad"));
		then_problem(w, 422, "invalid");
		then_error(w, "/amount");
	}
	as(w, "cashier");
	call(w, POST, "/v1/deposits",
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":1.5,\"currency\":\"USD\",\"reference\":\"n\"}",
		id_of(w, "purse")));
	then_problem(w, 422, "invalid");
	report(w, "deposits", "purse", "1.00", "EUR", fresh(w, "bad"));
	then_problem(w, 422, "invalid");
	then_error(w, "/currency");
	then_balance(w, "ada", "purse", "0.00");
	report(w, "deposits", "purse", "9999999999999999999999999999999999.99", "USD", fresh(w, "much"));
	then_field(w, "/status", "succeeded");
	then_balance(w, "ada", "purse", "9999999999999999999999999999999999.99");
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
	given_wallet(w, "ada", "purse", "USD");
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
only_an_empty_wallet_is_closed(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_wallet(w, "ada", "purse", "USD");
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
	given_wallet(w, "ada", "purse", "USD");
	change(w, "cashier", "/v1/wallets/purse/floor", "{\"floor\":\"-10.00\",\"currency\":\"USD\"}");
	then_field(w, "/status", "succeeded");
	then_field(w, "/floor", "-10.00");
	report(w, "withdrawals", "purse", "10.01", "USD", fresh(w, "out"));
	then_field(w, "/reason", "insufficient_funds");
	report(w, "withdrawals", "purse", "10.00", "USD", fresh(w, "out"));
	then_field(w, "/status", "succeeded");
	then_balance(w, "ada", "purse", "-10.00");
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
what_is_accepted_without_waiting_is_read_at_its_location(void **state)
{
	struct world *w = *state;
	const char *body;

	given_user(w, "ada");
	given_cashier(w);
	given_wallet(w, "ada", "purse", "USD");
	as(w, "cashier");
	body =
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":\"1.00\",\"currency\":\"USD\",\"reference\":\"%s\"}",
		id_of(w, "purse"), fresh(w, "r"));
	call_with(w, POST, "/v1/deposits", body, "Idempotency-Key: one");
	then_status(w, 202);
	then_field(w, "/status", "pending");
	then_no_field(w, "/decided_at");
	call_with(w, POST, "/v1/deposits", body, "Idempotency-Key: one", WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_has_header(w, "location");
	call_with(w, POST, "/v1/deposits", body, "Idempotency-Key: one");
	then_status(w, 202);
	then_field(w, "/status", "pending");
	then_header(w, "idempotency-replayed", "true");
	then_balance(w, "ada", "purse", "1.00");
}

static void
history_tells_each_movement_with_the_balance_after_it(void **state)
{
	struct world *w = *state;
	const char *from;

	given_user(w, "ada");
	given_cashier(w);
	given_wallet(w, "ada", "purse", "USD");
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
	given_wallet(w, "ada", "purse", "JPY");
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
	given_wallet(w, "ada", "purse", "USD");
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
	given_wallet(w, "ada", "purse", "USD");
	ask = arena_format(w->arena, "SELECT wallet.holds_money(ARRAY['%s'::uuid])", id_of(w, "ada"));
	assert_string_equal(given_sql(w, ask), "f");
	given_money(w, "purse", "0.01", "USD");
	assert_string_equal(given_sql(w, ask), "t");
	assert_string_equal(given_sql(w, "SELECT wallet.exponent('CLF')"), "4");
	assert_null(given_sql(w, "SELECT wallet.exponent('NONE')"));
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(the_currencies_of_the_world_are_there_with_their_exponents),
		api_test(an_operator_adds_a_currency_and_takes_it_out_of_use),
		api_test(a_currency_must_be_well_formed),
		api_test(a_party_opens_any_number_of_wallets),
		api_test(a_wallet_needs_a_currency_and_an_owner_that_the_caller_acts_for),
		api_test(somebody_elses_wallet_is_not_found),
		api_test(a_deposit_counts_once_for_its_reference),
		api_test(a_deposit_that_many_report_at_once_counts_once),
		api_test(a_withdrawal_takes_what_is_there_and_no_more),
		api_test(only_who_may_reports_deposits),
		api_test(amounts_are_exact_or_refused),
		api_test(a_frozen_wallet_moves_nothing_until_it_is_unfrozen),
		api_test(only_an_empty_wallet_is_closed),
		api_test(an_overdraft_reaches_down_to_the_floor),
		api_test(what_is_accepted_without_waiting_is_read_at_its_location),
		api_test(history_tells_each_movement_with_the_balance_after_it),
		api_test(a_page_of_history_goes_on_where_the_last_one_ended),
		api_test(each_decision_about_a_wallet_is_told),
		api_test(whether_money_is_held_is_known_to_other_areas),
	};

	return run_world(tests);
}
