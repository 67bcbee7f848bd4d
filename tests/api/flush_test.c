/*
 * flush_test.c -- every round trip to PostgreSQL costs about a fifth of the throughput, so they are counted: a GET is
 * one flush once the worker's caches are warm, a simple POST two.  One worker, so that it is warm for certain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/web/route.h"
#include "handlers/areas.h"
#include "tests/api/kit/platform.h"
#include "tests/api/wallet_kit.h"

#define TIMES 40

static long
flushes(struct world *w)
{
	static const char name[] = "\nstoa_database_flushes_total ";
	const char *line;

	call(w, GET, "/metrics", NULL);
	then_status(w, 200);
	line = strstr((const char *)w->answer.body.data, name);
	assert_non_null(line);
	return strtol(line + strlen(name), NULL, 10);
}

static void
given_warm_worker(struct world *w)
{
	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	then_status(w, 201);
	name_it(w, "milk");
	call(w, GET, "/v1/notes/milk", NULL);
	call(w, GET, "/v1/notes", NULL);
}

static void
a_get_is_one_flush(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, GET, "/v1/notes/milk", NULL);
	assert_int_equal(flushes(w) - before, TIMES);
}

/* A key's row travels as a session's does; its use is written down once, before we count. */
static void
a_get_by_key_is_one_flush(void **state)
{
	static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";
	struct world *w = *state;
	const char *id;
	long before;

	given_warm_worker(w);
	id = given_sql(w, arena_format(w->arena,
			      "INSERT INTO auth.api_key (id, party, name, hash, scopes, created_by)"
			      " SELECT queue.new_id(), v.party, 'test', sha256(decode('%s', 'hex')), '{}', v.party"
			      " FROM (VALUES ('%s'::uuid)) v (party) RETURNING replace(id::text, '-', '')",
			      zeros, id_of(w, "ada")));
	as_token(w, arena_format(w->arena, "stoa_%s_%s", id, zeros));
	for (int i = 0; i < 3; i++) {
		call(w, GET, "/v1/notes/milk", NULL);
		then_status(w, 200);
	}
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, GET, "/v1/notes/milk", NULL);
	assert_int_equal(flushes(w) - before, TIMES);
}

static void
a_page_is_one_flush(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, GET, "/v1/notes?limit=5", NULL);
	assert_int_equal(flushes(w) - before, TIMES);
}

static void
a_simple_post_is_two(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	before = flushes(w);
	for (int i = 0; i < TIMES; i++)
		call(w, POST, "/v1/notes", "{\"text\":\"bread\"}");
	assert_int_equal(flushes(w) - before, 2 * TIMES);
}

static void
a_new_caller_costs_one_more(void **state)
{
	struct world *w = *state;
	long before;

	given_warm_worker(w);
	given_user(w, "bob");
	as(w, "bob");
	before = flushes(w);
	call(w, GET, "/v1/notes", NULL);
	call(w, GET, "/v1/notes", NULL);
	assert_int_equal(flushes(w) - before, 3);
}

/* Ada's quote, conversion, payment, deposit, withdrawal and change of a wallet. */
static void
given_one_of_each(struct world *w)
{
	const char *between;

	given_coins(w);
	report(w, "deposits", "gold", "1.00", coins.gold, fresh(w, "in"));
	name_it(w, "deposit");
	report(w, "withdrawals", "gold", "1.00", coins.gold, fresh(w, "out"));
	name_it(w, "withdrawal");
	as(w, "ada");
	call(w, POST, "/v1/quotes",
	    arena_format(w->arena, "{\"from_currency\":\"%s\",\"to_currency\":\"%s\",\"to_amount\":\"100\"}",
		coins.gold, coins.silver));
	name_it(w, "quote");
	between = arena_format(w->arena, "{\"from_wallet\":\"%s\",\"to_wallet\":\"%s\",\"currency\":\"%s\"",
	    id_of(w, "gold"), id_of(w, "silver"), coins.silver);
	call_with(w, POST, "/v1/conversions", arena_format(w->arena, "%s,\"to_amount\":\"100\"}", between), WAIT);
	name_it(w, "conversion");
	call_with(
	    w, POST, "/v1/payments", arena_format(w->arena, "%s,\"amount\":\"100\",\"convert\":true}", between), WAIT);
	name_it(w, "payment");
	call_with(w, POST, "/v1/wallets/gold/close", NULL, WAIT);
	name_it(w, "change");
}

/* Each GET of the money areas, and what stands for what is in braces; some of them in more ways than one. */
static const char *const money_gets[][2] = {
	{ "/v1/currencies", "/v1/currencies" },
	{ "/v1/currencies/{code}", "/v1/currencies/EUR" },
	{ "/v1/wallets", "/v1/wallets?state=open" },
	{ "/v1/wallets/{id}", "/v1/wallets/gold" },
	{ "/v1/wallets/{id}", "/v1/wallets/gold?at=2026-01-01T00:00:00Z" },
	{ "/v1/wallets/{id}/history", "/v1/wallets/gold/history" },
	{ "/v1/wallets/{id}/history", "/v1/wallets/gold/history?kind=spread&from=2026-01-01T00:00:00Z" },
	{ "/v1/wallets/{id}/changes/{change_id}", "/v1/wallets/gold/changes/change" },
	{ "/v1/rates", "/v1/rates" },
	{ "/v1/rates/{code}", "/v1/rates/EUR" },
	{ "/v1/rates/{code}/history", "/v1/rates/EUR/history" },
	{ "/v1/quotes/{id}", "/v1/quotes/quote" },
	{ "/v1/conversions", "/v1/conversions" },
	{ "/v1/conversions/{id}", "/v1/conversions/conversion" },
	{ "/v1/deposits", "/v1/deposits" },
	{ "/v1/deposits/{id}", "/v1/deposits/deposit" },
	{ "/v1/withdrawals", "/v1/withdrawals" },
	{ "/v1/withdrawals/{id}", "/v1/withdrawals/withdrawal" },
	{ "/v1/payments", "/v1/payments" },
	{ "/v1/payments", "/v1/payments?status=failed" },
	{ "/v1/payments/stats", "/v1/payments/stats" },
	{ "/v1/payments/{id}", "/v1/payments/payment" },
};
#define MONEY_GETS (sizeof(money_gets) / sizeof(money_gets[0]))

static bool
is_tried(const char *path)
{
	for (size_t i = 0; i < MONEY_GETS; i++)
		if (text_equal(money_gets[i][0], path))
			return true;
	return false;
}

static void
no_get_of_money_is_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < house.area_count; i++) {
		const struct area_row *row = &house.areas[i];
		const struct route *route = row->area->routes;

		if (!text_equal(row->name, "wallet") && !text_equal(row->name, "payment"))
			continue;
		for (; route->path != NULL; route++)
			if (route->method == GET && !is_tried(route->path))
				fail_msg("%s is not tried", route->path);
	}
}

static void
each_get_of_money_is_one_flush(void **state)
{
	struct world *w = *state;
	long before, made;

	given_one_of_each(w);
	for (size_t i = 0; i < MONEY_GETS; i++) {
		const char *path = money_gets[i][1];

		as(w, strstr(path, "/v1/deposits") == path || strstr(path, "/v1/withdrawals") == path ? "cashier"
												      : "ada");
		for (int k = 0; k < 3; k++)
			call(w, GET, path, NULL);
		then_status(w, 200);
		before = flushes(w);
		for (int k = 0; k < TIMES; k++)
			call(w, GET, path, NULL);
		if ((made = flushes(w) - before) != TIMES)
			fail_msg("%d times GET %s: %ld flushes", TIMES, path, made);
	}
}

static const struct CMUnitTest flush_tests[] = {
	api_test(a_get_is_one_flush),
	api_test(a_get_by_key_is_one_flush),
	api_test(a_page_is_one_flush),
	api_test(a_simple_post_is_two),
	api_test(a_new_caller_costs_one_more),
	api_test(no_get_of_money_is_left_out),
	api_test(each_get_of_money_is_one_flush),
};

static int
open_platform(void **state)
{
	return platform_open_with(
	    state, &(struct platform_wish){
		       .pools = "ops, sample, wallet, wallet-wait, payment, payment-wait, limits",
		       .settings = "\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\nheavy = 6000000/1m\n\n"
				   "[pool.sample]\npm = static\npm.max_children = 1\n\n"
				   "[pool.wallet]\npm = static\npm.max_children = 1\n\n"
				   "[pool.payment]\npm = static\npm.max_children = 1\n",
		   });
}

int
main(void)
{
	return kit_run(flush_tests, sizeof(flush_tests) / sizeof(flush_tests[0]), "flush_tests", open_platform);
}
