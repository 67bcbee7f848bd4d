/* payment_refund_test.c -- giving back: whole, in parts, in another currency, and never more than was paid. */
#include "core/base/arena.h"
#include "tests/api/payment_kit.h"
#include "tests/api/wallet_kit.h"

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

/* ---- of payments that converted --------------------------------------------------------------- */

/* Ada has paid bob 100 silver: 1.20 gold, and 0.01 for converting. */
static void
given_converted_payment(struct world *w)
{
	given_coins(w);
	given_user(w, "bob");
	given_purse(w, "bob", "his", coins.silver);
	as(w, "ada");
	call_with(w, POST, "/v1/payments",
	    arena_format(w->arena,
		"{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"amount\":\"100\",\"currency\":\"%s\",\"convert\":true}",
		id_of(w, "gold"), id_of(w, "his"), coins.silver),
	    WAIT);
	then_field(w, "/status", "succeeded");
	then_field(w, "/from_amount", "1.21");
	name_it(w, "payment");
	as(w, "bob");
}

static void
give_back(struct world *w, const char *json)
{
	as(w, "bob");
	call_with(w, POST, "/v1/payments/payment/refund", json, WAIT);
}

static void
then_nothing_was_made(struct world *w)
{
	assert_string_equal(given_sql(w, "SELECT count(*) FROM (SELECT FROM ledger.balance b JOIN ledger.account a"
					 " ON a.id = b.account GROUP BY a.currency HAVING sum(b.posted) <> 0) x"),
	    "0");
}

static void
what_was_converted_is_converted_back_without_the_spread(void **state)
{
	struct world *w = *state;

	given_converted_payment(w);
	give_back(w, "{\"description\":\"sorry\"}");
	then_status(w, 200);
	then_field(w, "/status", "succeeded");
	then_field(w, "/refund_of", id_of(w, "payment"));
	then_field(w, "/from_amount", "100");
	then_field(w, "/from_currency", coins.silver);
	then_field(w, "/amount", "1.20");
	then_field(w, "/currency", coins.gold);
	then_field(w, "/rate", "0.012");
	then_posted(w, "bob", "his", "0");
	then_posted(w, "ada", "gold", "99.99");
	call(w, GET, "/v1/payments/payment", NULL);
	then_field(w, "/refunded", "100");
	call(w, GET, "/v1/wallets/gold/history?kind=refund", NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/amount", "1.20");
	give_back(w, "{}");
	then_problem(w, 409, "conflict");
	then_nothing_was_made(w);
}

static void
parts_of_it_are_counted_in_what_was_received(void **state)
{
	struct world *w = *state;

	given_converted_payment(w);
	give_back(w, "{\"amount\":\"33\"}");
	then_field(w, "/amount", "0.39"); /* 0.396 */
	give_back(w, "{\"amount\":\"68\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/amount");
	give_back(w, "{\"amount\":\"0.5\"}");
	then_error(w, "/amount");
	give_back(w, "{}");
	then_field(w, "/from_amount", "67");
	then_field(w, "/amount", "0.80"); /* 0.804 */
	then_posted(w, "ada", "gold", "99.98");
	then_nothing_was_made(w);
}

static void
whatever_the_rate_does_nobody_gains_by_paying_and_giving_back(void **state)
{
	static const char *const rows[][3] = { { "5", "0.60", "0.006" }, { "1", "1.20", "0.012" } };
	struct world *w = *state;

	for (size_t i = 0; i < 2; i++) {
		given_converted_payment(w);
		given_rate(w, coins.gold, rows[i][0]);
		give_back(w, "{}");
		then_field(w, "/status", "succeeded");
		then_field(w, "/amount", rows[i][1]);
		then_field(w, "/rate", rows[i][2]);
		then_nothing_was_made(w);
	}
}

static void
giving_back_needs_a_rate_and_must_come_to_something(void **state)
{
	struct world *w = *state;

	given_converted_payment(w);
	given_rate(w, coins.gold, "500");
	give_back(w, "{\"amount\":\"1\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/amount");
	given_sql(w, arena_format(w->arena, "DELETE FROM wallet.rate WHERE currency = '%s'", coins.gold));
	give_back(w, "{}");
	then_problem(w, 409, "no-rate");
}

static void
refunds_of_it_that_come_together_give_back_no_more_than_was_received(void **state)
{
	struct world *w = *state;

	given_converted_payment(w);
	given_money(w, "his", "1000", coins.silver);
	as(w, "bob");
	for (int i = 0; i < 4; i++) {
		call(w, POST, "/v1/payments/payment/refund", "{\"amount\":\"60\"}");
		if (w->answer.status != 202)
			then_error(w, "/amount");
		else
			name_it(w, "last");
	}
	until_decided(w, "/v1/payments/last");
	then_posted(w, "bob", "his", "1040");
	then_posted(w, "ada", "gold", "99.51");
	then_nothing_was_made(w);
}

static void
a_repeated_refund_of_it_is_answered_byte_for_byte(void **state)
{
	struct world *w = *state;
	const char *first, *header = new_key(w);

	given_converted_payment(w);
	call_with(w, POST, "/v1/payments/payment/refund", "{\"amount\":\"50\"}", header);
	then_status(w, 202);
	then_field(w, "/amount", "0.60");
	first = body_of(w);
	given_rate(w, coins.gold, "1");
	as(w, "bob");
	call_with(w, POST, "/v1/payments/payment/refund", "{\"amount\":\"50\"}", header);
	then_status(w, 202);
	assert_string_equal(body_of(w), first);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_refund_is_a_payment_of_its_own),
		api_test(refunds_that_come_together_give_back_no_more_than_was_paid),
		api_test(what_was_converted_is_converted_back_without_the_spread),
		api_test(parts_of_it_are_counted_in_what_was_received),
		api_test(whatever_the_rate_does_nobody_gains_by_paying_and_giving_back),
		api_test(giving_back_needs_a_rate_and_must_come_to_something),
		api_test(refunds_of_it_that_come_together_give_back_no_more_than_was_received),
		api_test(a_repeated_refund_of_it_is_answered_byte_for_byte),
	};

	return run_world(tests);
}
