/*
 * lists_bench.c -- lists of accounts, clients and subscriptions, few and many, over HTTPS: the first, a middle and the
 * last page must cost alike, and so must few and many.  The three are asked in turn, so that whatever else the machine
 * does happens to each.  Then searches for accounts: words that many names have, that few have, that old ones have,
 *that none has; and what the index of names costs whoever opens an account.
 *
 *	scripts/stoa bench lists [FEW [MANY]]
 *
 * It builds a platform of its own with a PostgreSQL of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/trust/principal.h"
#include "core/web/page.h"
#include "core/web/route.h"
#include "handlers/areas.h"
#include "tests/api/kit/platform.h"
#include "tests/bench/figures.h"

#define FEW         10000
#define MANY        200000
#define ROUNDS      200
#define SEARCHES    600
#define OLD_WORDS   20
#define OPENED      2000
#define FACTOR_MOST 2.0
#define SEARCH_MOST 50.0 /* milliseconds */
#define SETTINGS    "\n[limits]\naddress = 60000000/1m\nread = 60000000/1m\n"

enum { FIRST, MIDDLE, LAST, PLACES };
static const char *const place_names[PLACES] = { "first page", "middle", "last" };

/* Milliseconds: of a request's median, and for which PostgreSQL computes on average. */
struct figures {
	double median[PLACES], computed[PLACES];
};

static double
at(double *values, int count, double share)
{
	sort_values(values, count);
	return values[(int)((double)(count - 1) * share)];
}

/* Number n is so much older than number n - 1, and has an id as it would have got then. */
#define MADE    "timestamptz '2026-01-01Z' - n * interval '10 s'"
#define MADE_ID "pg_temp.made_id(n)"

static const char made_id[] =
    "CREATE OR REPLACE FUNCTION pg_temp.made_id(n bigint) RETURNS uuid LANGUAGE sql AS $$ SELECT (lpad(to_hex("
    "1767225600000 - n * 10000), 12, '0') || '7' || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15))"
    "::uuid $$";

/* Names of four words out of some hundred thousand; a tenth of them share the first, and some of the oldest one of
 * their own.  The index is made afterwards, once. */
static void
fill_accounts(struct world *w, long present, long rows)
{
	const char *index = given_sql(w, "SELECT pg_get_indexdef('account.account_by_key'::regclass)");

	given_sql(w, "DROP INDEX account.account_by_key");
	given_sql(
	    w, arena_format(w->arena,
		   "INSERT INTO account.account (id, name, tier, status, created_at, suspended_at, closed_at)"
		   " SELECT " MADE_ID
		   ", CASE WHEN n > 100000 AND n %% 3 = 0 THEN 'Legacy' ELSE (ARRAY['Acme','Nordic','Blue',"
		   "'Global','Prime','United','Pacific','Alpine','Rapid','Silver'])[1 + n %% 10] END || ' ' ||"
		   " substr(md5(n::text), 1, 6) || ' ' || "
		   "(ARRAY['Trading','Foods','Energy','Media','Logistics','Software',"
		   "'Textiles'])[1 + n %% 7] || ' ' || (ARRAY['Ltd','GmbH','SA','Inc','AB'])[1 + n %% 5],"
		   " CASE WHEN n %% 100 = 7 THEN 'vip' ELSE 'standard' END, s.status, " MADE ","
		   " CASE s.status WHEN 'suspended' THEN now() END, CASE s.status WHEN 'closed' THEN now() END"
		   " FROM generate_series(%ld, %ld, -1) n CROSS JOIN LATERAL (SELECT CASE n %% 50 WHEN 0 THEN 'closed'"
		   " WHEN 1 THEN 'suspended' ELSE 'active' END AS status) s",
		   rows, present + 1));
	given_sql(w, index);
	given_sql(w, "VACUUM (ANALYZE) account.account");
}

/* The id, `columns` and when it was made, of each. */
static void
fill_table(struct world *w, const char *into, const char *columns, long present, long rows)
{
	given_sql(w, arena_format(w->arena,
			 "INSERT INTO %s SELECT " MADE_ID ", %s, " MADE " FROM generate_series(%ld, %ld, -1) n", into,
			 columns, rows, present + 1));
}

/* Users who are clients with a subscription each, without the terms that no list reads. */
static void
fill_clients(struct world *w, long present, long rows)
{
	/* Whoever owns the database may leave out the checks of what is known to be whole. */
	given_sql(w, "SET session_replication_role = replica");
	fill_table(w, "auth.user (id, email, email_canonical, name, created_at)",
	    "lpad(n::text, 10, '0') || '@example.com', lpad(n::text, 10, '0') || '@example.com', 'Person ' || n",
	    present, rows);
	fill_table(w, "client.client (id, region, device_type, created_at)",
	    "(ARRAY['DE','FR','JP'])[1 + n % 3], (ARRAY['tv','phone'])[1 + n % 2]", present, rows);
	fill_table(w,
	    "subscription.subscription (id, client, plan, months, state, anchor, elapsed, starts_at, ends_at, amount,"
	    " currency, exponent, created_at)",
	    MADE_ID ", (ARRAY['basic','standard','premium'])[1 + n % 3], 1, 'active', " MADE ", 1, " MADE ", " MADE
		    " + interval '1 month', 999, 'EUR', 2",
	    present, rows);
	given_sql(w, "RESET session_replication_role");
	given_sql(w, "VACUUM (ANALYZE) auth.user");
	given_sql(w, "VACUUM (ANALYZE) client.client");
	given_sql(w, "VACUUM (ANALYZE) subscription.subscription");
}

static const struct listing {
	const char *name, *path, *table;
	const struct area *area;
} lists[] = {
	{ "accounts", "/v1/accounts", "account.account", &account_area },
	{ "clients", "/v1/clients", "client.client", &client_area },
	{ "subscriptions", "/v1/subscriptions", "subscription.subscription", &subscription_area },
};
#define LISTS (sizeof(lists) / sizeof(lists[0]))

static const struct route *
route_of(const struct listing *list)
{
	const struct route *route = list->area->routes;

	while (route->method != GET || strcmp(route->path, list->path) != 0)
		route++;
	return route;
}

/* The cursor behind the row that so many are newer than, as a page before it would have ended with. */
static const char *
page_behind(struct world *w, const struct listing *list, long newer)
{
	const struct route *route = route_of(list);
	char *asked = arena_alloc(w->arena, 256);
	struct principal principal = { .party = kit_named(w, "clerk")->id };
	struct request req = { .arena = w->arena,
		.env = &env_system,
		.config = w->config,
		.route = route,
		.path = route->path,
		.asked = asked,
		.principal = &principal };
	char *row = arena_alloc(w->arena, 1024);
	const char *found = given_sql(
	    w, arena_format(w->arena,
		   "SELECT id || ' ' || to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
		   " FROM %s ORDER BY created_at DESC, id DESC OFFSET %ld LIMIT 1",
		   list->table, newer));

	instant_parse(found + 37, (struct instant *)(void *)(row + route->page[0].offset));
	uuid_parse(arena_copy(w->arena, found, 36), (struct uuid *)(void *)(row + route->page[1].offset));
	return arena_format(w->arena, "%s?limit=50&cursor=%s", list->path, page_cursor(&req, row));
}

/* A token lives ten minutes, and filling takes longer. */
static void
sign_in(struct world *w)
{
	given_session(w, "clerk", "desk");
	as(w, "desk");
}

static double
ask(struct world *w, const char *path, size_t rows)
{
	call(w, GET, path, NULL);
	then_status(w, 200);
	if (rows > 0)
		then_count(w, "/data", rows);
	return w->answer.seconds * 1000;
}

/* Milliseconds for which the servers of a PostgreSQL have computed so far, whatever else the machine does. */
static double
computed(pid_t postgres)
{
	char command[200];
	double sum = 0;
	FILE *list;

	snprintf(command, sizeof(command), "cat $(pgrep -P %d | sed 's,.*,/proc/&/schedstat,')", (int)postgres);
	if ((list = popen(command, "re")) == NULL)
		return 0;
	for (char line[200]; fgets(line, sizeof(line), list) != NULL;)
		sum += strtod(line, NULL) / 1e6;
	pclose(list);
	return sum;
}

/* In turn, ten requests at a time; the first few are not counted: plans and pages get warm. */
static void
measure_pages(struct world *w, const struct listing *list, long rows, struct figures *figures_r)
{
	const char *paths[PLACES] = { arena_format(w->arena, "%s?limit=50", list->path), page_behind(w, list, rows / 2),
		page_behind(w, list, rows - 51) };
	const pid_t postgres = w->platform->postgres;
	double took[PLACES][ROUNDS], sum[PLACES] = { 0 };

	sign_in(w);
	for (int round = -20; round < ROUNDS; round += 10)
		for (int place = 0; place < PLACES; place++) {
			const double before = computed(postgres);

			for (int i = 0; i < 10; i++) {
				const double once = ask(w, paths[place], 50);

				if (round >= 0)
					took[place][round + i] = once;
			}
			if (round >= 0)
				sum[place] += computed(postgres) - before;
		}
	for (int place = 0; place < PLACES; place++) {
		figures_r->median[place] = at(took[place], ROUNDS, 0.5);
		figures_r->computed[place] = sum[place] / ROUNDS;
		note(arena_format(w->arena, "%ld %s, %s: median", rows, list->name, place_names[place]),
		    figures_r->median[place], "ms");
		note("  for which PostgreSQL computes", figures_r->computed[place], "ms");
	}
}

/* How many times the least the most is. */
static double
spread(const double *values, int count)
{
	double least = values[0], most = values[0];

	for (int i = 1; i < count; i++) {
		least = values[i] < least ? values[i] : least;
		most = values[i] > most ? values[i] : most;
	}
	return most / least;
}

/* Few and many are not asked at the same moment, so what is compared of them is what PostgreSQL computes. */
static void
judge_pages(struct world *w, const struct listing *list, const struct figures *few, const struct figures *many)
{
	double all[2 * PLACES];

	memcpy(all, few->computed, sizeof(few->computed));
	memcpy(all + PLACES, many->computed, sizeof(many->computed));
	says(arena_format(w->arena, "few %s: the slowest page to the fastest", list->name), spread(few->median, PLACES),
	    "times", FACTOR_MOST, false);
	says(arena_format(w->arena, "many %s: the slowest page to the fastest", list->name),
	    spread(many->median, PLACES), "times", FACTOR_MOST, false);
	says(arena_format(w->arena, "%s: computed for any page, few or many, most to least", list->name),
	    spread(all, 2 * PLACES), "times", FACTOR_MOST, false);
}

/* One search: until its answer, and what PostgreSQL computes for it. */
static double
search(struct world *w, const char *words, double *computed_r)
{
	const double before = computed(w->platform->postgres);
	const double took = ask(w, arena_format(w->arena, "/v1/accounts?limit=50&q=%s", words), 0);

	*computed_r = computed(w->platform->postgres) - before;
	return took;
}

static void
judge_searches(struct world *w, long rows)
{
	static const char *const common[] = { "acme", "trading", "gmbh", "silver", "ltd", "media%20inc", "nobody",
		"qqq" };
	double took[SEARCHES], cost[SEARCHES], ignored;

	sign_in(w);
	for (int i = -20; i < SEARCHES; i++) {
		const unsigned turn = (unsigned)(i + 20);
		const char *words = turn % 3 == 0 ? common[turn / 3 % 8]
						  : arena_format(w->arena, turn % 3 == 1 ? "%03x" : "%06x",
							turn * 2654435761u >> (turn % 3 == 1 ? 20 : 8));
		const double once = search(w, words, i < 0 ? &ignored : &cost[i]);

		if (i >= 0)
			took[i] = once;
	}
	note(arena_format(w->arena, "search in %ld names: median", rows), at(took, SEARCHES, 0.5), "ms");
	says(arena_format(w->arena, "search in %ld names: p99 of %d", rows, SEARCHES), at(took, SEARCHES, 0.99), "ms",
	    SEARCH_MOST, false);
	note("  for which PostgreSQL computes: median", at(cost, SEARCHES, 0.5), "ms");
	note("  p99", at(cost, SEARCHES, 0.99), "ms");
}

/* What a third of the names have, but none of the newest hundred thousand: the most that a search can come to. */
static void
measure_old_words(struct world *w)
{
	double took[OLD_WORDS], cost[OLD_WORDS];

	for (int i = 0; i < OLD_WORDS; i++)
		took[i] = search(w, "legacy", &cost[i]);
	note("search for a word that many have, but old names alone: median", at(took, OLD_WORDS, 0.5), "ms");
	note("  for which PostgreSQL computes", at(cost, OLD_WORDS, 0.5), "ms");
}

/* Milliseconds that PostgreSQL computes for an account that is opened, as it stands now. */
static double
opening(struct world *w)
{
	const double before = computed(w->platform->postgres);

	given_sql(w, arena_format(w->arena,
			 "SELECT count(a.id) FROM generate_series(1, %d) n CROSS JOIN LATERAL "
			 "account.account_add(gen_random_uuid(),"
			 " 'Acme ' || md5(n::text) || ' Ltd', NULL, 'standard') a",
			 OPENED));
	return (computed(w->platform->postgres) - before) / OPENED;
}

static void
measure_opening(struct world *w)
{
	note("opening an account: PostgreSQL computes", opening(w), "ms");
	given_sql(w, "DROP INDEX account.account_by_key");
	note("  without the index of names", opening(w), "ms");
}

static void
open_stage(struct world *w)
{
	given_user(w, "clerk");
	given_role(w, "clerk", "super_user");
	given_sql(w, made_id);
	given_sql(w, "SET maintenance_work_mem = '256MB'");
	/* What a process has computed is gone when it ends. */
	given_sql(w, "ALTER SYSTEM SET autovacuum = off");
	given_sql(w, "SELECT pg_reload_conf()");
}

int
main(int argc, char **argv)
{
	const long few = argc > 1 ? strtol(argv[1], NULL, 10) : FEW, many = argc > 2 ? strtol(argv[2], NULL, 10) : MANY;
	const struct platform_wish wish = {
		.own_postgres = true, .pools = "ops, account, client, subscription, limits", .settings = SETTINGS
	};
	struct figures of_few[LISTS], of_many[LISTS];
	void *state = NULL;
	struct world *w;

	if (few < 200 || many < few) {
		fprintf(stderr, "lists_bench: FEW is at least 200 and MANY not less\n");
		return 1;
	}
	if (platform_open_with(&state, &wish) != 0)
		return 1;
	w = state;
	open_stage(w);
	fill_accounts(w, 0, few);
	fill_clients(w, 0, few);
	for (size_t i = 0; i < LISTS; i++)
		measure_pages(w, &lists[i], few, &of_few[i]);
	fill_accounts(w, few, many);
	measure_pages(w, &lists[0], many, &of_many[0]);
	judge_searches(w, many);
	measure_old_words(w);
	measure_opening(w);
	fill_clients(w, few, many);
	for (size_t i = 1; i < LISTS; i++)
		measure_pages(w, &lists[i], many, &of_many[i]);
	for (size_t i = 0; i < LISTS; i++)
		judge_pages(w, &lists[i], &of_few[i], &of_many[i]);
	kit_close(&state);
	return all_is_well() ? 0 : 1;
}
