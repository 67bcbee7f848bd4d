/*
 * flush_test.c -- every round trip to PostgreSQL costs about a fifth of the throughput, so they are counted: a GET is
 * one flush once the worker's caches are warm, whichever route of the house it is; a simple POST is two.  One worker in
 * each pool, so that it is warm for certain.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/web/route_table.h"
#include "handlers/areas.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/world.h"
#include "tests/api/wall_things.h"
#include "tests/api/wallet_kit.h"

#define TIMES 40
#define A_FEW 5

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

/* ---- every GET of the house */

static const struct {
	const char *path;
	thing_maker *make;
} things[] = {
#define THING(path, make) { path, make },
#include "tests/api/wall.def"
};

/* What a filter makes another statement of; and what is for anyone. */
static const char *const further[] = {
	"/.well-known/jwks.json",
	"/.well-known/openid-configuration",
	"/v1/login-history?device_type=phone",
	"/v1/users?search=thing",
	"/v1/users?status=active",
	"/v1/users?search=thing&status=active",
	"/v1/accounts?tier=vip&status=active",
	"/v1/accounts?q=thing",
	"/v1/clients?region=EU",
	"/v1/clients?device_type=tv",
	"/v1/clients?region=EU&device_type=tv",
	"/v1/plans/prices?plan=basic",
	"/v1/subscriptions?plan=premium",
	"/v1/subscriptions?state=active",
	"/v1/subscriptions?plan=premium&state=active",
};

static unsigned counted, wrong;

static void
count_flushes(struct world *w, const char *who, const char *path)
{
	long before, after;

	as(w, who);
	for (int i = 0; i < 3; i++) {
		call(w, GET, path, NULL);
		if (w->answer.status >= 300)
			fail_msg("%s asks for %s: %u", who, path, w->answer.status);
	}
	before = flushes(w);
	for (int i = 0; i < A_FEW; i++)
		call(w, GET, path, NULL);
	after = flushes(w);
	counted++;
	if (after - before <= A_FEW)
		return;
	print_error("%s: %ld flushes for %d requests\n", path, after - before, A_FEW);
	wrong++;
}

static thing_maker *
maker_of(const struct route *route)
{
	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++)
		if (strcmp(things[i].path, route->path) == 0)
			return things[i].make;
	return NULL;
}

/* Ada's, where it is for users. */
static const char *
path_of_thing(struct world *w, const struct route *route)
{
	const char *values[ROUTE_PARAMETERS_MAX] = { "x", "x", "x", "x" };
	const char *at = route->path, *from = at;
	struct route_slice name;
	struct buffer path;

	if (maker_of(route) != NULL)
		maker_of(route)(w, values);
	buffer_init(&path, w->arena);
	for (size_t i = 0; route_next_name(&at, &name); i++, from = at) {
		buffer_add(&path, from, (size_t)(name.data - 1 - from));
		buffer_text(&path, values[i]);
	}
	buffer_text(&path, from);
	return path.data;
}

/* A read that is audited writes; what is for anyone asks for nobody's session. */
static bool
is_counted(const struct route *route)
{
	return route->method == GET && (route->who == USER || route->who == OPERATOR) && !route->audited &&
	       !route->changes;
}

/* An empty history would be too easy. */
static void
given_login(struct world *w, const char *name)
{
	given_sql(w, arena_format(w->arena,
			 "SELECT session.history_add('%s', NULL, 'phone', 'Telephone', NULL, 'password', 'refused')",
			 id_of(w, name)));
}

static void
every_get_of_the_house_is_one_flush(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "root");
	given_role(w, "root", "super_user");
	given_login(w, "ada");
	given_login(w, "root");
	wrong = 0;
	for (size_t i = 0; i < house.area_count; i++) {
		const struct route *route = house.areas[i].area->routes;

		for (; route != NULL && route->path != NULL; route++)
			if (is_counted(route)) {
				const char *path = path_of_thing(w, route);

				if (route->who == USER)
					count_flushes(w, "ada", path);
				if (route->who == OPERATOR || route->widens != NULL)
					count_flushes(w, "root", path);
			}
	}
	for (size_t i = 0; i < sizeof(further) / sizeof(further[0]); i++)
		count_flushes(w, "root", further[i]);
	print_message("%u ways to ask\n", counted);
	assert_int_equal(wrong, 0);
}

/* ---- money that has moved */

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

static const char *const of_ada[] = {
	"/v1/wallets?state=open",
	"/v1/wallets/gold",
	"/v1/wallets/gold?at=2026-01-01T00:00:00Z",
	"/v1/wallets/gold/history",
	"/v1/wallets/gold/history?kind=spread&from=2026-01-01T00:00:00Z",
	"/v1/wallets/gold/changes/change",
	"/v1/quotes/quote",
	"/v1/conversions",
	"/v1/conversions/conversion",
	"/v1/payments",
	"/v1/payments?status=failed",
	"/v1/payments/stats",
	"/v1/payments/payment",
};
static const char *const of_cashier[] = {
	"/v1/deposits",
	"/v1/deposits/deposit",
	"/v1/withdrawals",
	"/v1/withdrawals/withdrawal",
};

static void
so_is_each_of_money_that_has_moved(void **state)
{
	struct world *w = *state;

	given_one_of_each(w);
	wrong = 0;
	for (size_t i = 0; i < sizeof(of_ada) / sizeof(of_ada[0]); i++)
		count_flushes(w, "ada", of_ada[i]);
	for (size_t i = 0; i < sizeof(of_cashier) / sizeof(of_cashier[0]); i++)
		count_flushes(w, "cashier", of_cashier[i]);
	assert_int_equal(wrong, 0);
}

static const struct CMUnitTest flush_tests[] = {
	api_test(a_get_is_one_flush),
	api_test(a_get_by_key_is_one_flush),
	api_test(a_page_is_one_flush),
	api_test(a_simple_post_is_two),
	api_test(a_new_caller_costs_one_more),
	api_test(every_get_of_the_house_is_one_flush),
	api_test(so_is_each_of_money_that_has_moved),
};

static int
open_platform(void **state)
{
	struct arena *arena = arena_new();
	struct buffer pools, settings;
	int failed;

	buffer_init(&pools, arena);
	buffer_init(&settings, arena);
	buffer_text(&pools, "sample, limits");
	buffer_text(&settings, "\n[limits]\naddress = 6000000/1m\nread = 6000000/1m\nheavy = "
			       "6000000/1m\n\n[pool.sample]\npm = static\npm.max_children = 1\n");
	for (size_t i = 0; i < house.pool_count; i++)
		if (house.pools[i].kind == LISTENER) {
			buffer_format(&pools, ", %s", house.pools[i].name);
			buffer_format(
			    &settings, "\n[pool.%s]\npm = static\npm.max_children = 1\n", house.pools[i].name);
		}
	failed = platform_open_with(state, &(struct platform_wish){ .pools = pools.data, .settings = settings.data });
	arena_free(arena);
	return failed;
}

int
main(void)
{
	return kit_run(flush_tests, sizeof(flush_tests) / sizeof(flush_tests[0]), "flush_tests", open_platform);
}
