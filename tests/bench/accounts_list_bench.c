/*
 * accounts_list_bench.c -- lists and searches of accounts, few and many, over HTTPS: the first, a middle and the last
 * page must cost alike, and so must few accounts and many.  All six are asked in turn, so that whatever else the
 *machine does happens to each.  Searches are for rare words, common ones, and ones that no name has.
 *
 *	scripts/stoa bench accounts_list [FEW [MANY]]
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
#include "handlers/account/account.h"
#include "handlers/account/queries.h"
#include "handlers/areas.h"
#include "tests/api/kit/platform.h"

#define FEW         10000
#define MANY        200000
#define ROUNDS      200
#define SEARCHES    600
#define FACTOR_MOST 2.0
#define SEARCH_MOST 50.0 /* milliseconds */
#define SETTINGS    "\n[limits]\naddress = 60000000/1m\nread = 60000000/1m\n"

static int
by_size(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double
at(double *values, int count, double share)
{
	qsort(values, (size_t)count, sizeof(*values), by_size);
	return values[(int)((double)(count - 1) * share)];
}

/* Names of four words out of some hundred thousand; a tenth of them share the first. The index is made afterwards,
 * once. */
static void
fill(struct world *w, long rows)
{
	const long present = strtol(given_sql(w, "SELECT count(*) FROM account.account"), NULL, 10);

	given_sql(w, "DROP INDEX IF EXISTS account.account_by_name");
	given_sql(w,
	    arena_format(w->arena,
		"INSERT INTO account.account (id, name, tier, status, created_at, suspended_at, closed_at)"
		" SELECT gen_random_uuid(), (ARRAY['Acme','Nordic','Blue','Global','Prime','United','Pacific','Alpine',"
		"'Rapid','Silver'])[1 + n %% 10] || ' ' || substr(md5(n::text), 1, 6) || ' ' || "
		"(ARRAY['Trading','Foods',"
		"'Energy','Media','Logistics','Software','Textiles'])[1 + n %% 7] || ' ' || "
		"(ARRAY['Ltd','GmbH','SA','Inc',"
		"'AB'])[1 + n %% 5], CASE WHEN n %% 100 = 7 THEN 'vip' ELSE 'standard' END, s.status,"
		" now() - n * interval '10 seconds', CASE s.status WHEN 'suspended' THEN now() END,"
		" CASE s.status WHEN 'closed' THEN now() END"
		" FROM generate_series(%ld, %ld) n CROSS JOIN LATERAL (SELECT CASE n %% 50 WHEN 0 THEN 'closed'"
		" WHEN 1 THEN 'suspended' ELSE 'active' END AS status) s",
		present + 1, rows));
	given_sql(w, "SET maintenance_work_mem = '256MB'");
	given_sql(w, "CREATE INDEX account_by_name ON account.account USING gin (search core.gin_trgm_ops) WITH "
		     "(fastupdate = off)");
	given_sql(w, "VACUUM (ANALYZE) account.account");
}

static const struct route *
list_route(void)
{
	const struct route *route = account_area.routes;

	while (route->method != GET || strcmp(route->path, "/v1/accounts") != 0)
		route++;
	return route;
}

/* The cursor behind the account that so many are newer than, as a page before it would have ended with. */
static const char *
page_behind(struct world *w, long newer)
{
	const struct route *route = list_route();
	struct principal principal = { 0 };
	struct account_query asked = { 0 };
	struct request req = { .arena = w->arena,
		.env = &env_system,
		.config = w->config,
		.route = route,
		.path = route->path,
		.asked = &asked,
		.principal = &principal };
	struct account_page_row row = { 0 };
	const char *found = given_sql(
	    w, arena_format(w->arena,
		   "SELECT id || ' ' || to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
		   " FROM account.account ORDER BY created_at DESC, id DESC OFFSET %ld LIMIT 1",
		   newer));

	principal.party = kit_named(w, "clerk")->id;
	uuid_parse(arena_copy(w->arena, found, 36), &row.id);
	instant_parse(found + 37, &row.created_at);
	return arena_format(w->arena, "/v1/accounts?limit=50&cursor=%s", page_cursor(&req, &row));
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

enum { FIRST, MIDDLE, LAST, PLACES };

/*
 * Of each place the tenth percentile, in milliseconds: few and many are not asked at the same time, and what else the
 * machine does meanwhile shows in the median.
 */
static void
measure_pages(struct world *w, long rows, double quick_r[PLACES])
{
	const char *paths[PLACES] = { "/v1/accounts?limit=50", page_behind(w, rows / 2), page_behind(w, rows - 51) };
	double took[PLACES][ROUNDS];

	for (int round = -20; round < ROUNDS; round++) /* The first few are not counted: plans and pages get warm. */
		for (int place = 0; place < PLACES; place++) {
			const double once = ask(w, paths[place], 50);

			if (round >= 0)
				took[place][round] = once;
		}
	for (int place = 0; place < PLACES; place++)
		quick_r[place] = at(took[place], ROUNDS, 0.1);
	printf("%9ld accounts, tenth percentile (median) of %d: first page %.2f (%.2f) ms, middle %.2f (%.2f), last "
	       "%.2f (%.2f)\n",
	    rows, ROUNDS, quick_r[FIRST], at(took[FIRST], ROUNDS, 0.5), quick_r[MIDDLE], at(took[MIDDLE], ROUNDS, 0.5),
	    quick_r[LAST], at(took[LAST], ROUNDS, 0.5));
	fflush(stdout);
}

static bool
judge_pages(const double few[PLACES], const double many[PLACES])
{
	double least = few[0], most = few[0];

	for (int place = 0; place < PLACES; place++) {
		least = few[place] < least ? few[place] : least;
		least = many[place] < least ? many[place] : least;
		most = few[place] > most ? few[place] : most;
		most = many[place] > most ? many[place] : most;
	}
	printf("the slowest of the six is %.2f times the fastest (at most %.1f)%s\n", most / least, FACTOR_MOST,
	    most / least > FACTOR_MOST ? "  MISSED" : "");
	return most / least <= FACTOR_MOST;
}

static bool
judge_searches(struct world *w, long rows)
{
	static const char *const common[] = { "acme", "trading", "gmbh", "silver", "ltd", "media%20inc", "nobody",
		"qqq" };
	double took[SEARCHES], slowest = 0;
	const char *worst = "";
	double p99;

	for (int i = -20; i < SEARCHES; i++) {
		const unsigned turn = (unsigned)(i + 20);
		const char *words = turn % 3 == 0 ? common[turn / 3 % 8]
						  : arena_format(w->arena, turn % 3 == 1 ? "%03x" : "%06x",
							turn * 2654435761u >> (turn % 3 == 1 ? 20 : 8));
		const double once = ask(w, arena_format(w->arena, "/v1/accounts?limit=50&q=%s", words), 0);

		if (i < 0)
			continue;
		took[i] = once;
		if (once > slowest) {
			slowest = once;
			worst = words;
		}
	}
	p99 = at(took, SEARCHES, 0.99);
	printf("%9ld accounts: a search takes %.2f ms (median), %.2f ms (p99 of %d, at most %.0f ms)%s; slowest \"%s\" "
	       "%.2f ms\n",
	    rows, at(took, SEARCHES, 0.5), p99, SEARCHES, SEARCH_MOST, p99 > SEARCH_MOST ? "  MISSED" : "", worst,
	    slowest);
	return p99 <= SEARCH_MOST;
}

int
main(int argc, char **argv)
{
	const long few = argc > 1 ? strtol(argv[1], NULL, 10) : FEW, many = argc > 2 ? strtol(argv[2], NULL, 10) : MANY;
	const struct platform_wish wish = {
		.own_postgres = true, .pools = "ops, account, limits", .settings = SETTINGS
	};
	double few_quick[PLACES], many_quick[PLACES];
	void *state = NULL;
	struct world *w;
	bool well;

	if (few < 200 || many < few) {
		fprintf(stderr, "accounts_list_bench: FEW is at least 200 and MANY not less\n");
		return 1;
	}
	if (platform_open_with(&state, &wish) != 0)
		return 1;
	w = state;
	given_operator(w, "clerk", "account.read");
	as(w, "clerk");
	fill(w, few);
	measure_pages(w, few, few_quick);
	fill(w, many);
	measure_pages(w, many, many_quick);
	well = judge_pages(few_quick, many_quick);
	well = judge_searches(w, many) && well;
	kit_close(&state);
	return well ? 0 : 1;
}
