/* payment_hold_test.c -- money that is promised: captured, canceled, expired. */
#include <string.h>
#include <time.h>

#include "tests/api/payment_kit.h"

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_hold_is_captured_in_part_and_the_rest_released),
		api_test(a_hold_is_captured_whole_where_no_amount_is_said),
		api_test(held_money_cannot_be_spent),
		api_test(a_hold_is_canceled),
		api_test(a_hold_expires),
	};

	return run_world(tests);
}
