/*
 * accounts_list_bench.c -- lists and searches of accounts, few and many, over HTTPS: the first, a middle and the last
 * page must cost alike, and so must few accounts and many.  The three are asked in turn, so that whatever else the
 * machine does happens to each.  Searches are for rare words, common ones, and ones that no name has.
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

enum { FIRST, MIDDLE, LAST, PLACES };
static const char *const place_names[PLACES] = { "first page", "middle", "last" };

/* Milliseconds: of a request's median, and for which PostgreSQL computes on average. */
struct figures {
	double median[PLACES], computed[PLACES];
};

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
	struct account_read_row row = { 0 };
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
measure_pages(struct world *w, long rows, struct figures *figures_r)
{
	const char *paths[PLACES] = { "/v1/accounts?limit=50", page_behind(w, rows / 2), page_behind(w, rows - 51) };
	const pid_t postgres = w->platform->postgres;
	double took[PLACES][ROUNDS], sum[PLACES] = { 0 };

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
	printf("%9ld accounts, median of %d (PostgreSQL computes):", rows, ROUNDS);
	for (int place = 0; place < PLACES; place++) {
		figures_r->median[place] = at(took[place], ROUNDS, 0.5);
		figures_r->computed[place] = sum[place] / ROUNDS;
		printf(" %s %.2f ms (%.3f)", place_names[place], figures_r->median[place], figures_r->computed[place]);
	}
	printf("\n");
	fflush(stdout);
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

static bool
judge(const char *what, double factor)
{
	printf(
	    "%-50s %.2f times (at most %.1f)%s\n", what, factor, FACTOR_MOST, factor > FACTOR_MOST ? "  MISSED" : "");
	return factor <= FACTOR_MOST;
}

/* Few and many are not asked at the same moment, so what is compared of them is what PostgreSQL computes. */
static bool
judge_pages(const struct figures *few, const struct figures *many)
{
	double all[2 * PLACES];
	bool well;

	memcpy(all, few->computed, sizeof(few->computed));
	memcpy(all + PLACES, many->computed, sizeof(many->computed));
	well = judge("pages of few, the slowest to the fastest:", spread(few->median, PLACES));
	well = judge("pages of many, the slowest to the fastest:", spread(many->median, PLACES)) && well;
	return judge("computed for any of the six, the most to the least:", spread(all, 2 * PLACES)) && well;
}

static bool
judge_searches(struct world *w, long rows)
{
	static const char *const common[] = { "acme", "trading", "gmbh", "silver", "ltd", "media%20inc", "nobody",
		"qqq" };
	const pid_t postgres = w->platform->postgres;
	double took[SEARCHES], slowest = 0, before = 0;
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
		if (i == 0)
			before = computed(postgres);
		took[i] = once;
		if (once > slowest) {
			slowest = once;
			worst = words;
		}
	}
	p99 = at(took, SEARCHES, 0.99);
	printf("%9ld accounts: a search takes %.2f ms (median), %.2f ms (p99 of %d, at most %.0f ms)%s\n", rows,
	    at(took, SEARCHES, 0.5), p99, SEARCHES, SEARCH_MOST, p99 > SEARCH_MOST ? "  MISSED" : "");
	printf("          slowest: \"%s\", %.2f ms; PostgreSQL computes %.2f ms for a search on average\n", worst,
	    slowest, (computed(postgres) - before) / (SEARCHES - 1));
	return p99 <= SEARCH_MOST;
}

int
main(int argc, char **argv)
{
	const long few = argc > 1 ? strtol(argv[1], NULL, 10) : FEW, many = argc > 2 ? strtol(argv[2], NULL, 10) : MANY;
	const struct platform_wish wish = {
		.own_postgres = true, .pools = "ops, account, limits", .settings = SETTINGS
	};
	struct figures of_few, of_many;
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
	measure_pages(w, few, &of_few);
	fill(w, many);
	measure_pages(w, many, &of_many);
	well = judge_pages(&of_few, &of_many);
	well = judge_searches(w, many) && well;
	kit_close(&state);
	return well ? 0 : 1;
}
