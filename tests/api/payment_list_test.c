/* payment_list_test.c -- payments as they are looked at: one, pages of them, sums; by those who may. */
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/payment_kit.h"
#include "tests/api/wallet_kit.h"

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
whoever_may_read_payments_reads_anybodys(void **state)
{
	struct world *w = *state;

	given_two_wallets(w);
	given_operator(w, "clerk", "payment.read");
	pay(w, "payment", "1", "");
	as(w, "clerk");
	call(w, GET, "/v1/payments/payment", NULL);
	then_status(w, 200);
	call(w, GET, "/v1/payments", NULL);
	then_count(w, "/data", 0);
	call(w, GET, arena_format(w->arena, "/v1/payments?wallet=%s", id_of(w, "bob-usd")), NULL);
	then_count(w, "/data", 1);
	call(w, GET, arena_format(w->arena, "/v1/payments/stats?wallet=%s", id_of(w, "bob-usd")), NULL);
	then_count(w, "/data", 1);
	call(w, POST, "/v1/payments/payment/refund", "{}");
	then_problem(w, 404, "not-found");
}

/* Each of them may what its work needs, and nothing that another's does. */
static void
the_seeded_roles_hold_what_their_work_needs(void **state)
{
	static const struct {
		const char *role;
		bool reads, rates, deposits, freezes, floors;
	} rows[] = {
		{ "billing", true, true, true, false, false },
		{ "success", true, false, false, false, false },
		{ "compliance", true, false, false, true, false },
		{ "admin", true, true, true, true, true },
	};
	static const char *const posts[] = { "/v1/rates", "/v1/deposits", "/v1/withdrawals",
		"/v1/wallets/bob-usd/freeze", "/v1/wallets/bob-usd/floor" };
	struct world *w = *state;

	given_two_wallets(w);
	pay(w, "payment", "1", "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const bool may[] = { rows[i].rates, rows[i].deposits, rows[i].deposits, rows[i].freezes,
			rows[i].floors };

		given_user(w, rows[i].role);
		given_role(w, rows[i].role, rows[i].role);
		as(w, rows[i].role);
		call(w, GET, "/v1/payments/payment", NULL);
		then_status(w, rows[i].reads ? 200 : 404);
		call(w, GET, "/v1/deposits", NULL);
		then_status(w, rows[i].reads ? 200 : 403);
		/* Whoever may is told what is wrong with an empty body, or that the wallet is no wallet of that area.
		 */
		for (size_t k = 0; k < sizeof(posts) / sizeof(posts[0]); k++) {
			call(w, POST, posts[k], strstr(posts[k], "freeze") != NULL ? NULL : "{}");
			assert_int_equal(w->answer.status != 403, may[k]);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(somebody_elses_payment_is_not_found),
		api_test(lists_are_walked_and_filtered),
		api_test(sums_are_by_day_status_and_currency),
		api_test(whoever_may_read_payments_reads_anybodys),
		api_test(the_seeded_roles_hold_what_their_work_needs),
	};

	return run_world(tests);
}
