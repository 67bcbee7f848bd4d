/*
 * choice_bench.c -- what the choice of a plan adds to signing up, with a catalogue as large as the world: a rule and a
 * price for each of 250 regions on each of 5 device types.  The calls are those that signing up makes, on one
 * connection, in a transaction that is rolled back.  Judged by the time that the server computes for a call, less that
 * of a call that asks nothing: what else the machine does is not in it, and a sign-up waits for nothing else here.
 *
 *	scripts/stoa bench choice [SIGN-UPS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "handlers/areas.h"
#include "tests/bench/figures.h"

#define CHOICE_MOST 1.0 /* ms */
#define USUAL       5000

static PGconn *owner;

static void
must(const char *sql)
{
	if (!database_do(owner, sql, NULL, stderr))
		exit(1);
}

/* Milliseconds of one call, with a region, a device type and an id that differ from call to call. */
static double
once(struct arena *arena, const char *statement, int parameters, int turn)
{
	const char *values[3] = {
		arena_format(arena, "R%d", turn * 7919 % 300), /* A sixth of them unknown. */
		arena_format(arena, "d%d", turn * 31 % 6),
		uuid_text(arena, uuid_new(&env_system)),
	};
	const int64_t began = env_monotonic(&env_system);
	PGresult *result = PQexecPrepared(owner, statement, parameters, values, NULL, NULL, 0);
	const double took = (double)(env_monotonic(&env_system) - began) / 1000;

	if (PQresultStatus(result) != PGRES_TUPLES_OK || PQntuples(result) != 1) {
		fprintf(stderr, "%s: %s", statement, PQerrorMessage(owner));
		exit(1);
	}
	PQclear(result);
	return took;
}

/* Milliseconds for which the server has computed on this connection so far. */
static double
computed(void)
{
	const double seconds = processor_seconds(PQbackendPID(owner));

	if (seconds < 0) {
		fprintf(stderr, "The server's processor time cannot be read: it must run on this machine.\n");
		exit(1);
	}
	return 1000 * seconds;
}

struct figures {
	double computed, median; /* milliseconds a call: of the server's processor, and until the answer */
};

static struct figures
measure(const char *statement, int parameters, int count)
{
	struct arena *arena = arena_new();
	double *took = ARENA_ARRAY(arena, (size_t)count, double);
	const struct arena_mark mark = arena_mark(arena);
	const double before = computed();
	struct figures figures;

	for (int i = 0; i < count; i++) {
		took[i] = once(arena, statement, parameters, i);
		arena_rewind(arena, mark);
	}
	sort_values(took, count);
	figures = (struct figures){ (computed() - before) / count, took[count / 2] };
	arena_free(arena);
	return figures;
}

static void
prepare(const char *name, const char *sql)
{
	PGresult *result = PQprepare(owner, name, sql, 0, NULL);

	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "%s: %s", name, PQerrorMessage(owner));
		exit(1);
	}
	PQclear(result);
}

static void
given_a_large_catalogue(void)
{
	must("BEGIN");
	/* The tables fill in one transaction, of which statistics know nothing yet. */
	must("SET LOCAL enable_seqscan = off");
	must("INSERT INTO subscription.rule (id, region, device_type, plan) SELECT gen_random_uuid(), 'R' || r, 'd' || "
	     "d,"
	     " (ARRAY['basic', 'standard', 'premium'])[(r + d) % 3 + 1]"
	     " FROM generate_series(0, 249) r, generate_series(0, 4) d");
	must("INSERT INTO subscription.price (id, plan, months, region, device_type, amount, currency, exponent)"
	     " SELECT gen_random_uuid(), p.code, m.months, 'R' || r, 'd' || d, 999, 'USD', 2"
	     " FROM generate_series(0, 249) r, generate_series(0, 4) d, (VALUES ('basic'), ('standard'), ('premium')) "
	     "p (code),"
	     " (VALUES (1), (3), (6)) m (months)");
	must("ANALYZE subscription.rule");
	must("ANALYZE subscription.price");
	prepare("nothing", "SELECT $1::text, $2::text, $3::uuid");
	prepare("choose", "SELECT c.plan, p.amount FROM subscription.choose($1, $2) c"
			  " CROSS JOIN LATERAL subscription.price_of(c.plan, 1, $1, $2) p");
	prepare("join", "SELECT client.join($3::uuid, $1, $2)");
}

static void
bench(int count)
{
	struct figures nothing, choice, join;

	given_a_large_catalogue();
	nothing = measure("nothing", 3, count);
	choice = measure("choose", 2, count);
	join = measure("join", 3, count);
	must("ROLLBACK");
	says("choosing plan and price adds to a sign-up", choice.computed - nothing.computed, "ms", CHOICE_MOST, false);
	note("  median until the answer", choice.median, "ms");
	note("client, subscription, term, history, two events add", join.computed - nothing.computed, "ms");
	note("  median until the answer", join.median, "ms");
}

int
main(int argc, char **argv)
{
	const char *path = getenv("STOA_TEST_CONFIG");
	const int count = argc > 1 ? (int)strtol(argv[1], NULL, 10) : USUAL;
	const struct config *config;

	if (path == NULL || *path == '\0' || count < 100) {
		fprintf(stderr, "usage: scripts/stoa bench choice [SIGN-UPS]    (100 at least)\n");
		return 2;
	}
	config = config_read(arena_new(), &house, path, environ, stderr);
	if (config == NULL || !key_open(config) ||
	    (owner = database_open(config, NULL, "choice_bench", stderr)) == NULL)
		return 1;
	bench(count);
	PQfinish(owner);
	return all_is_well() ? 0 : 1;
}
