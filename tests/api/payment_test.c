/* payment_test.c -- paying: accepted, decided, held, given back, listed; and what is refused, and how. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/world.h"
#include "tests/api/money.h"

#define WAIT "Prefer: wait=5"

/* Ada has 100.00, Bob nothing. */
static void
given_two_wallets(struct world *w)
{
	given_user(w, "ada");
	given_user(w, "bob");
	given_wallet(w, "ada-usd", "ada", "USD", 2, "10000");
	given_wallet(w, "bob-usd", "bob", "USD", 2, "0");
	as(w, "ada");
}

static const char *
payment_of(struct world *w, const char *from, const char *to, const char *amount, const char *more)
{
	return arena_format(w->arena,
	    "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"%s\",\"currency\":\"USD\"%s}", id_of(w, from),
	    id_of(w, to), amount, more);
}

/* Answered when it is decided. */
static void
pay(struct world *w, const char *name, const char *amount, const char *more)
{
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", amount, more), WAIT);
	then_status(w, 200);
	name_it(w, name);
}

static const char *
key(struct world *w)
{
	return arena_format(w->arena, "Idempotency-Key: %s", uuid_text(w->arena, uuid_new(&env_system)));
}

static const char *
body_of(struct world *w)
{
	return arena_copy(w->arena, w->answer.body.data, w->answer.body.length);
}

static const char *
without_instance(struct world *w)
{
	char *body = arena_copy(w->arena, w->answer.body.data, w->answer.body.length);
	char *id = strstr(body, answer_field(&w->answer, "/instance"));

	if (id != NULL)
		memset(id, '-', 32);
	return body;
}

/* Polls until it has left `pending`. */
static void
until_decided(struct world *w, const char *path)
{
	const struct timespec moment = { .tv_nsec = 2000000 };

	for (int i = 0; i < 2000; i++) {
		call(w, GET, path, NULL);
		if (strcmp(answer_field(&w->answer, "/status"), "pending") != 0)
			return;
		nanosleep(&moment, NULL);
	}
	fail_msg("%s is not decided", path);
}

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
	header = key(w);
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
	header = key(w);
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
	header = key(w);
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "2.50", ""), header);
	then_status(w, 202);
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "bob-usd", "2.51", ""), header);
	then_problem(w, 422, "idempotency-key-reused");
	then_error(w, "/amount");
}

static void
a_hold_is_captured_in_part_and_the_rest_released(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "hold", "30", ",\"hold\":true");
	then_field(w, "/status", "held");
	then_field(w, "/hold", "true");
	then_balance(w, "ada-usd", "10000 3000 0");
	then_balance(w, "bob-usd", "0 0 3000");
	as(w, "bob");
	call_with(w, POST, "/v1/payments/hold/capture", "{\"amount\":\"30.01\"}", WAIT);
	then_problem(w, 422, "invalid");
	then_error(w, "/amount");
	call_with(w, POST, "/v1/payments/hold/capture", "{\"amount\":\"12.34\"}", WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/amount", "30.00");
	then_field(w, "/captured", "12.34");
	then_balance(w, "ada-usd", "8766 0 0");
	then_balance(w, "bob-usd", "1234 0 0");
	call(w, POST, "/v1/payments/hold/capture", "{}");
	then_problem(w, 409, "conflict");
	call(w, POST, "/v1/payments/hold/cancel", NULL);
	then_problem(w, 409, "conflict");
}

static void
a_hold_is_captured_whole_where_no_amount_is_said(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "hold", "30", ",\"hold\":true");
	call(w, POST, "/v1/payments/hold/capture", "{}");
	then_status(w, 202);
	call_with(w, GET, "/v1/payments/hold", NULL, WAIT);
	for (int i = 0; i < 500 && strcmp(answer_field(&w->answer, "/status"), "held") == 0; i++)
		call(w, GET, "/v1/payments/hold", NULL);
	then_field(w, "/status", "succeeded");
	then_field(w, "/captured", "30.00");
	then_balance(w, "bob-usd", "3000 0 0");
}

static void
held_money_cannot_be_spent(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "hold", "60", ",\"hold\":true");
	pay(w, "second", "40.01", "");
	then_field(w, "/status", "failed");
	then_field(w, "/reason", "insufficient_funds");
	pay(w, "third", "40", "");
	then_field(w, "/status", "succeeded");
}

static void
a_hold_is_canceled(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "hold", "30", ",\"hold\":true");
	call_with(w, POST, "/v1/payments/hold/cancel", NULL, WAIT);
	then_status(w, 200);
	then_field(w, "/status", "canceled");
	then_balance(w, "ada-usd", "10000 0 0");
	then_balance(w, "bob-usd", "0 0 0");
}

static void
a_hold_expires(void **state)
{
	struct world *w = *state;
	const struct timespec moment = { .tv_nsec = 50000000 };

	given_two_wallets(w);
	pay(w, "hold", "30", ",\"hold\":true,\"hold_seconds\":1");
	then_field(w, "/status", "held");
	for (int i = 0; i < 100; i++) {
		call(w, GET, "/v1/payments/hold", NULL);
		if (strcmp(answer_field(&w->answer, "/status"), "held") != 0)
			break;
		nanosleep(&moment, NULL);
	}
	then_field(w, "/status", "expired");
	then_balance(w, "ada-usd", "10000 0 0");
}

static void
a_refund_is_a_payment_of_its_own(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "payment", "30", "");
	call(w, POST, "/v1/payments/payment/refund", "{}");
	then_problem(w, 404, "not-found"); /* Whoever paid cannot take it back. */
	as(w, "bob");
	call_with(w, POST, "/v1/payments/payment/refund", "{\"amount\":\"10\",\"description\":\"sorry\"}", WAIT);
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/refund_of", id_of(w, "payment"));
	then_field(w, "/from_wallet", id_of(w, "bob-usd"));
	then_field(w, "/description", "sorry");
	name_it(w, "given-back");
	then_balance(w, "ada-usd", "8000 0 0");
	call(w, GET, "/v1/payments/payment", NULL);
	then_field(w, "/refunded", "10.00");
	call(w, POST, "/v1/payments/payment/refund", "{\"amount\":\"20.01\"}");
	then_error(w, "/amount");
	call_with(w, POST, "/v1/payments/payment/refund", "{}", WAIT);
	then_field(w, "/amount", "20.00");
	then_field(w, "/status", "succeeded");
	call(w, POST, "/v1/payments/payment/refund", "{}");
	then_problem(w, 409, "conflict");
	call(w, POST, "/v1/payments/given-back/refund", "{}");
	then_problem(w, 404, "not-found");
	then_balance(w, "ada-usd", "10000 0 0");
	then_balance(w, "bob-usd", "0 0 0");
}

static void
refunds_that_come_together_give_back_no_more_than_was_paid(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	given_wallet(w, "bob-usd", "bob", "USD", 2, "10000");
	pay(w, "payment", "30", "");
	as(w, "bob");
	for (int i = 0; i < 4; i++) {
		call(w, POST, "/v1/payments/payment/refund", "{\"amount\":\"20\"}");
		if (w->answer.status != 202)
			then_error(w, "/amount");
		else
			name_it(w, "last");
	}
	until_decided(w, "/v1/payments/last");
	then_balance(w, "ada-usd", "9000 0 0");
}

static void
somebody_elses_payment_is_not_found(void **state)
{
	struct world *w = *state;
	const char *theirs;

	given_two_wallets(w);
	given_user(w, "eve");
	pay(w, "payment", "1", "");
	pay(w, "hold", "1", ",\"hold\":true");
	as(w, "eve");
	call(w, GET, "/v1/payments/payment", NULL);
	then_problem(w, 404, "not-found");
	theirs = without_instance(w);
	call(w, GET, "/v1/payments/0190b5a0-0000-7000-8000-000000000000", NULL);
	assert_string_equal(without_instance(w), theirs);
	call(w, POST, "/v1/payments/hold/capture", "{}");
	assert_string_equal(without_instance(w), theirs);
	call(w, POST, "/v1/payments/hold/cancel", NULL);
	assert_string_equal(without_instance(w), theirs);
	call(w, POST, "/v1/payments/payment/refund", "{}");
	assert_string_equal(without_instance(w), theirs);
	call(w, GET, "/v1/payments", NULL);
	then_count(w, "/data", 0);
	as(w, "bob");
	call(w, GET, "/v1/payments/payment", NULL);
	then_status(w, 200);
}

static void
lists_are_walked_and_filtered(void **state)
{
	struct world *w = *state;
	const char *path = "/v1/payments?limit=2", *cursor;
	int seen = 0;

	given_two_wallets(w);
	given_wallet(w, "ada-other", "ada", "USD", 2, "0");
	pay(w, "one", "1", "");
	pay(w, "two", "1000", "");
	pay(w, "three", "3", ",\"hold\":true");
	pay(w, "four", "4", "");
	call_with(w, POST, "/v1/payments", payment_of(w, "ada-usd", "ada-other", "5", ""), WAIT);
	name_it(w, "five");
	do {
		call(w, GET, path, NULL);
		then_status(w, 200);
		for (int i = 0; answer_field(&w->answer, arena_format(w->arena, "/data/%d/id", i)) != NULL; i++)
			seen++;
		cursor = answer_field(&w->answer, "/next_cursor");
		path = arena_format(w->arena, "/v1/payments?limit=2&cursor=%s", cursor != NULL ? cursor : "");
	} while (cursor != NULL);
	assert_int_equal(seen, 5);
	call(w, GET, "/v1/payments?status=failed", NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/id", id_of(w, "two"));
	call(w, GET, "/v1/payments?status=held", NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/id", id_of(w, "three"));
	call(w, GET, "/v1/payments?status=succeeded&limit=1", NULL);
	then_field(w, "/data/0/id", id_of(w, "five"));
	call(w, GET, "/v1/payments?status=succeeded", NULL);
	then_count(w, "/data", 3);
	call(w, GET, "/v1/payments?status=expired", NULL);
	then_count(w, "/data", 0);
	call(w, GET, arena_format(w->arena, "/v1/payments?wallet=%s", id_of(w, "ada-other")), NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/id", id_of(w, "five"));
	call(w, GET, arena_format(w->arena, "/v1/payments?wallet=%s", id_of(w, "bob-usd")), NULL);
	then_count(w, "/data", 0);
	call(w, GET, "/v1/payments?until=2020-01-01T00:00:00Z", NULL);
	then_count(w, "/data", 0);
	call(w, GET, "/v1/payments?from=2020-01-01T00:00:00Z", NULL);
	then_count(w, "/data", 5);
	call(w, GET, "/v1/payments?status=lost", NULL);
	then_problem(w, 422, "invalid");
}

static void
sums_are_by_day_status_and_currency(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "one", "1.25", "");
	pay(w, "two", "2.50", "");
	pay(w, "three", "1000", "");
	call(w, GET, "/v1/payments/stats", NULL);
	then_status(w, 200);
	then_count(w, "/data", 2);
	then_field(w, "/data/0/status", "failed");
	then_field(w, "/data/0/amount", "1000.00");
	then_field(w, "/data/1/status", "succeeded");
	then_field(w, "/data/1/count", "2");
	then_field(w, "/data/1/amount", "3.75");
	call(w, GET, "/v1/payments/stats?from=2020-01-01T00:00:00Z", NULL);
	then_problem(w, 422, "invalid");
	then_error(w, "?from");
	call(w, GET, "/v1/payments/stats?from=2020-02-01T00:00:00Z&until=2020-01-01T00:00:00Z", NULL);
	then_error(w, "?until");
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

/* Rates come with the platform in dev and test; a wallet of wallet's own currencies finds the house's accounts. */
static void
a_payment_converts_where_that_is_asked_for(void **state)
{
	struct world *w = *state;
	const char *first, *header = key(w), *body;

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
	as(w, "bob");
	call(w, POST, "/v1/payments/payment/refund", "{}");
	then_problem(w, 409, "conflict");
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
		api_test(a_hold_is_captured_in_part_and_the_rest_released),
		api_test(a_hold_is_captured_whole_where_no_amount_is_said),
		api_test(held_money_cannot_be_spent),
		api_test(a_hold_is_canceled),
		api_test(a_hold_expires),
		api_test(a_refund_is_a_payment_of_its_own),
		api_test(refunds_that_come_together_give_back_no_more_than_was_paid),
		api_test(somebody_elses_payment_is_not_found),
		api_test(lists_are_walked_and_filtered),
		api_test(sums_are_by_day_status_and_currency),
		api_test(each_decision_is_told_once),
		api_test(a_payment_converts_where_that_is_asked_for),
		api_test(nobody_pays_without_signing_in),
	};

	return run_world(tests);
}
