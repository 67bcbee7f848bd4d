/* payment_test.c -- paying: what is accepted, decided and repeated; and what is refused, and how. */
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "tests/api/payment_kit.h"

static void
a_payment_is_accepted_at_once_and_decided_a_moment_later(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "19.99", ",\"description\":\"Invoice 17\""));
	then_status(w, 202);
	then_field(w, "/status", "pending");
	then_field(w, "/amount", "19.99");
	then_no_field(w, "/decided_at");
	name_it(w, "payment");
	then_header(w, "location", arena_format(w->arena, "/v1/payments/%s", id_of(w, "payment")));
	until_decided(w, "/v1/payments/payment");
	then_field(w, "/status", "succeeded");
	then_field(w, "/description", "Invoice 17");
	then_balance(w, "ada-usd", "8001 0 0");
	then_balance(w, "bob-usd", "1999 0 0");
}

static void
whoever_prefers_to_wait_gets_the_decision(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "1", ""), WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/amount", "1.00");
	then_within(w, 1);
}

static void
an_idle_poster_decides_within_fifty_milliseconds(void **state)
{
	struct world *w = *state;
	const char *late;

	given_two_wallets(w);
	for (int i = 0; i < 40; i++)
		pay(w, "payment", "0.01", "");
	late = given_sql(w, arena_format(w->arena,
				"SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM r.decided_at - "
				"p.created_at)) < 0.05"
				" FROM payment.payment p JOIN ledger.transfer t ON t.item = p.id CROSS JOIN LATERAL "
				"(SELECT t.at AS decided_at) r"
				" WHERE p.from_wallet = '%s'",
				id_of(w, "ada-usd")));
	assert_string_equal(late, "t");
}

static void
what_is_not_there_is_refused_and_the_refusal_kept(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "100.01", ""), WAIT);
	then_status(w, 200);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "insufficient_funds");
	then_balance(w, "ada-usd", "10000 0 0");
}

static void
a_wallet_that_may_not_be_used_is_like_one_that_is_not_there(void **state)
{
	struct world *w = *state;
	const char *unknown;

	given_two_wallets(w);
	given_wallet(w, "ada-closed", "ada", "USD", 2, "0");
	given_item(w, "close", "ada-closed");
	given_wallet(w, "bob-closed", "bob", "USD", 2, "0");
	given_item(w, "close", "bob-closed");
	call(w, POST, "/v1/payments",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"0190b5a0-0000-7000-8000-000000000000\",\"amount\":\"1\","
		"\"currency\":\"USD\"}",
		id_of(w, "ada-usd")));
	then_problem(w, 404, "not-found");
	unknown = without_instance(w);
	call(w, POST, "/v1/payments", payment_of(w, "bob-usd", "ada-usd", "1", ""));
	assert_string_equal(without_instance(w), unknown);
	call(w, POST, "/v1/payments", payment_of(w, "ada-closed", "bob-usd", "1", ""));
	assert_string_equal(without_instance(w), unknown);
	call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-closed", "1", ""));
	assert_string_equal(without_instance(w), unknown);
}

static void
a_frozen_wallet_is_the_posters_to_refuse(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	given_item(w, "freeze", "ada-usd");
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "1", ""), WAIT);
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "from_frozen");
	given_item(w, "unfreeze", "ada-usd");
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "1", ""), WAIT);
	then_field(w, "/status", "succeeded");
}

static void
an_amount_is_a_plain_decimal_of_its_currency(void **state)
{
	static const char *const bad[] = { "1.001", "-1", "+1", "1e2", " 1", "1 ", "1e400", "0x10", "1,5", "", ".5",
		"1.", "01", "0", "0.00", "NaN", "\xd9\xa1\xd9\xa2", "\xef\xbc\x91",
		"99999999999999999999999999999999999999999999", "10000000000000000000000000000000000.01" };
	struct world *w = *state;

	given_two_wallets(w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", bad[i], ""));
		then_problem(w, 422, "invalid");
		then_error(w, "/amount");
	}
	call(w, POST, "/v1/payments",
	    arena_format(w->arena, "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":1,\"currency\":\"USD\"}",
		id_of(w, "ada-usd"), id_of(w, "bob-usd")));
	then_error(w, "/amount");
}

static void
yen_have_no_decimals_and_ether_has_eighteen(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_wallet(w, "yen", "ada", "JPY", 0, "500");
	given_wallet(w, "more-yen", "ada", "JPY", 0, "0");
	given_wallet(w, "ether", "ada", "ETH", 18, "2000000000000000000");
	given_wallet(w, "more-ether", "ada", "ETH", 18, "0");
	as(w, "ada");
	call_with(w, POST, "/v1/payments",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"1.5\",\"currency\":\"JPY\"}",
		id_of(w, "yen"), id_of(w, "more-yen")),
	    WAIT);
	then_error(w, "/amount");
	call_with(w, POST, "/v1/payments",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"500\",\"currency\":\"JPY\"}",
		id_of(w, "yen"), id_of(w, "more-yen")),
	    WAIT);
	then_field(w, "/amount", "500");
	then_balance(w, "more-yen", "500 0 0");
	call_with(w, POST, "/v1/payments",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"1.000000000000000001\",\"currency\":"
		"\"ETH\"}",
		id_of(w, "ether"), id_of(w, "more-ether")),
	    WAIT);
	then_field(w, "/status", "succeeded");
	then_balance(w, "more-ether", "1000000000000000001 0 0");
	then_balance(w, "ether", "999999999999999999 0 0");
}

static void
fields_that_do_not_fit_each_other_are_named(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	given_wallet(w, "bob-eur", "bob", "EUR", 2, "0");
	call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "ada-usd", "1", ""));
	then_problem(w, 422, "invalid");
	then_error(w, "/to_wallet");
	call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-eur", "1", ""));
	then_error(w, "/currency");
	call(w, POST, "/v1/payments",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"1\",\"currency\":\"EUR\"}",
		id_of(w, "ada-usd"), id_of(w, "bob-eur")));
	then_error(w, "/currency");
	call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "1", ",\"hold_seconds\":5"));
	then_error(w, "/hold_seconds");
	call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "1", ",\"metadata\":[1]"));
	then_error(w, "/metadata");
	call(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "1", ",\"tip\":\"1\""));
	then_error(w, "/tip");
	call(w, POST, "/v1/payments", "{}");
	then_error(w, "/from_wallet");
	then_error(w, "/amount");
}

static void
a_repeat_under_the_same_key_gets_the_same_answer(void **state)
{
	struct world *w = *state;
	const char *first, *payment, *header;

	given_two_wallets(w);
	header = new_key(w);
	payment = payment_of(
	    w, "ada-usd", "bob-usd", "2.50", ",\"metadata\":{\"b\":1,\"a\":[2,\"x\"]},\"description\":\"d\"");
	call_with(w, POST, "/v1/payments", payment, header);
	then_status(w, 202);
	then_no_header(w, "idempotency-replayed");
	first = body_of(w);
	name_it(w, "payment");
	until_decided(w, "/v1/payments/payment");
	for (int i = 0; i < 3; i++) {
		call_with(w, POST, "/v1/payments", payment, header);
		then_status(w, 202);
		then_header(w, "idempotency-replayed", "true");
		then_header(w, "location", arena_format(w->arena, "/v1/payments/%s", id_of(w, "payment")));
		assert_string_equal(body_of(w), first);
	}
	then_balance(w, "bob-usd", "250 0 0");
}

static void
a_repeat_that_prefers_to_wait_gets_the_present_state(void **state)
{
	struct world *w = *state;
	const char *payment, *header;

	given_two_wallets(w);
	header = new_key(w);
	payment = payment_of(w, "ada-usd", "bob-usd", "2.50", "");
	call_with(w, POST, "/v1/payments", payment, header);
	then_status(w, 202);
	name_it(w, "payment");
	call_with(w, POST, "/v1/payments", payment, header, WAIT);
	then_status(w, 200);
	then_field(w, "/id", id_of(w, "payment"));
	then_field(w, "/status", "succeeded");
	call_with(w, POST, "/v1/payments", payment, header);
	then_status(w, 202);
	then_field(w, "/status", "pending");
	then_balance(w, "bob-usd", "250 0 0");
}

static void
another_body_under_the_same_key_names_the_field(void **state)
{
	struct world *w = *state;
	const char *header;

	given_two_wallets(w);
	header = new_key(w);
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "2.50", ""), header);
	then_status(w, 202);
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "2.51", ""), header);
	then_problem(w, 422, "idempotency-key-reused");
	then_error(w, "/amount");
}

static void
each_decision_is_told_once(void **state)
{
	const struct timespec moment = { .tv_nsec = 5000000 };
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "one", "1", "");
	pay(w, "two", "1000", "");
	pay(w, "three", "3", ",\"hold\":true");
	call_with(w, POST, "/v1/payments/three/capture", "{}", WAIT);
	for (int i = 0; i < 1000 && strcmp(given_sql(w, "SELECT count(*) FROM event.outbox"), "0") != 0; i++)
		nanosleep(&moment, NULL);
	assert_string_equal(
	    given_sql(w,
		arena_format(w->arena,
		    "SELECT string_agg(type, ' ' ORDER BY position) FROM event.log WHERE subject IN ('%s', '%s', '%s')"
		    " AND owner = '%s'",
		    id_of(w, "one"), id_of(w, "two"), id_of(w, "three"), id_of(w, "ada"))),
	    "payment.succeeded payment.failed payment.held payment.succeeded");
}

static void
nobody_pays_without_signing_in(void **state)
{
	struct world *w = *state;

	call(w, POST, "/v1/payments", "{}");
	then_problem(w, 401, "unauthenticated");
	call(w, GET, "/v1/payments", NULL);
	then_problem(w, 401, "unauthenticated");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_payment_is_accepted_at_once_and_decided_a_moment_later),
		api_test(whoever_prefers_to_wait_gets_the_decision),
		api_test(an_idle_poster_decides_within_fifty_milliseconds),
		api_test(what_is_not_there_is_refused_and_the_refusal_kept),
		api_test(a_wallet_that_may_not_be_used_is_like_one_that_is_not_there),
		api_test(a_frozen_wallet_is_the_posters_to_refuse),
		api_test(an_amount_is_a_plain_decimal_of_its_currency),
		api_test(yen_have_no_decimals_and_ether_has_eighteen),
		api_test(fields_that_do_not_fit_each_other_are_named),
		api_test(a_repeat_under_the_same_key_gets_the_same_answer),
		api_test(a_repeat_that_prefers_to_wait_gets_the_present_state),
		api_test(another_body_under_the_same_key_names_the_field),
		api_test(each_decision_is_told_once),
		api_test(nobody_pays_without_signing_in),
	};

	return run_world(tests);
}
