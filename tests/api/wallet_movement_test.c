/* wallet_movement_test.c -- deposits and withdrawals: once for each reference, exact, by those who may. */
#include "core/base/arena.h"
#include "tests/api/kit/load.h"
#include "tests/api/wallet_kit.h"

static void
a_deposit_counts_once_for_its_reference(void **state)
{
	struct world *w = *state;
	const char *reference = fresh(w, "bank"), *id;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
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
	then_posted(w, "ada", "purse", "19.99");
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
	given_purse(w, "ada", "purse", "USD");
	request.body =
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":\"1.00\",\"currency\":\"USD\",\"reference\":\"%s\"}",
		id_of(w, "purse"), fresh(w, "twins"));
	as(w, "cashier");
	load = load_start(w, &request, 1, 16);
	load_run(load, 0.5);
	report = load_stop(load);
	assert_int_equal(report.wrong, 0);
	assert_true(report.well > 16);
	then_posted(w, "ada", "purse", "1.00");
}

static void
a_withdrawal_takes_what_is_there_and_no_more(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "KWD");
	given_money(w, "purse", "10.000", "KWD");
	report(w, "withdrawals", "purse", "10.001", "KWD", fresh(w, "out"));
	then_status(w, 200);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "insufficient_funds");
	report(w, "withdrawals", "purse", "4.001", "KWD", fresh(w, "out"));
	then_field(w, "/status", "succeeded");
	then_posted(w, "ada", "purse", "5.999");
}

static void
only_who_may_reports_deposits(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "cashier");
	given_purse(w, "ada", "purse", "USD");
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
	given_purse(w, "ada", "purse", "USD");
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
	then_posted(w, "ada", "purse", "0.00");
	report(w, "deposits", "purse", "9999999999999999999999999999999999.99", "USD", fresh(w, "much"));
	then_field(w, "/status", "succeeded");
	then_posted(w, "ada", "purse", "9999999999999999999999999999999999.99");
}

static void
what_is_accepted_without_waiting_is_read_at_its_location(void **state)
{
	struct world *w = *state;
	const char *body;

	given_user(w, "ada");
	given_cashier(w);
	given_purse(w, "ada", "purse", "USD");
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
	then_posted(w, "ada", "purse", "1.00");
}

static void
a_service_reports_deposits_and_withdrawals_with_its_key(void **state)
{
	struct world *w = *state;
	const char *body, *key;

	given_user(w, "ada");
	given_purse(w, "ada", "purse", "USD");
	given_operator(w, "keeper", "service.write");
	given_role(w, "keeper", "admin");
	as(w, "keeper");
	call(w, POST, "/v1/services", arena_format(w->arena, "{\"name\":\"%s\"}", fresh(w, "bank")));
	then_status(w, 201);
	name_it(w, "bank");
	given_cashier(w);
	given_role(w, "bank", "test-cashier");
	call(w, POST, "/v1/services/bank/api-keys",
	    "{\"name\":\"till\",\"scopes\":[\"wallet.deposit\",\"wallet.withdraw\"]}");
	then_status(w, 201);
	key = arena_text(w->arena, answer_field(&w->answer, "/key"));
	as_token(w, key);
	body =
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":\"5.00\",\"currency\":\"USD\",\"reference\":\"%s\"}",
		id_of(w, "purse"), fresh(w, "bank"));
	call_with(w, POST, "/v1/deposits", body, WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	name_it(w, "deposit");
	call(w, GET, "/v1/deposits/deposit", NULL);
	then_status(w, 200);
	call_with(w, POST, "/v1/withdrawals", body, WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	call(w, POST, "/v1/wallets/purse/freeze", NULL); /* its role may, its key may not */
	then_problem(w, 403, "forbidden");
	then_posted(w, "ada", "purse", "0.00");
}

static void
a_deposit_is_shown_to_its_reporter_the_wallets_owner_and_who_reads_all(void **state)
{
	static const char *const readers[] = { "ada", "teller", "clerk" };
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	given_operator(w, "teller", "wallet.deposit");
	given_operator(w, "clerk", "wallet.read");
	given_purse(w, "ada", "purse", "USD");
	as(w, "teller");
	call_with(w, POST, "/v1/deposits",
	    arena_format(w->arena, "{\"wallet\":\"%s\",\"amount\":\"5.00\",\"currency\":\"USD\",\"reference\":\"%s\"}",
		id_of(w, "purse"), fresh(w, "till")),
	    WAIT);
	then_status(w, 200);
	name_it(w, "deposit");
	for (size_t i = 0; i < 3; i++) {
		as(w, readers[i]);
		call(w, GET, "/v1/deposits/deposit", NULL);
		then_status(w, 200);
	}
	as(w, "bob");
	call(w, GET, "/v1/deposits/deposit", NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/deposits", NULL);
	then_problem(w, 403, "forbidden");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_deposit_counts_once_for_its_reference),
		api_test(a_deposit_that_many_report_at_once_counts_once),
		api_test(a_withdrawal_takes_what_is_there_and_no_more),
		api_test(only_who_may_reports_deposits),
		api_test(amounts_are_exact_or_refused),
		api_test(what_is_accepted_without_waiting_is_read_at_its_location),
		api_test(a_service_reports_deposits_and_withdrawals_with_its_key),
		api_test(a_deposit_is_shown_to_its_reporter_the_wallets_owner_and_who_reads_all),
	};

	return run_world(tests);
}
