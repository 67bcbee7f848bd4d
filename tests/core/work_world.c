/* work_world.c -- a place in a running environment where jobs and leaders can be tried. */
#include "tests/core/work_world.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/db/db.h"
#include "core/db/statement.h"
#include "core/trust/key.h"

static const struct area_row areas[] = {
#define AREA(name_, prefixes_, schemas_, says_) \
	{ .name = #name_, .prefixes = prefixes_, .schemas = schemas_, .says = says_ },
#include "handlers/areas.def"
};

static const struct pool_row pools[] = {
#define POOL(name_, area_, kind_, locations_, pm_, max_children_, says_) \
	{ .name = #name_, \
		.area = #area_, \
		.kind = kind_, \
		.locations = locations_, \
		.pm = pm_, \
		.max_children = max_children_, \
		.says = says_ },
#include "handlers/areas.def"
};

static const struct house work_house = {
	.areas = areas,
	.area_count = sizeof(areas) / sizeof(areas[0]),
	.pools = pools,
	.pool_count = sizeof(pools) / sizeof(pools[0]),
};

void
world_required(void)
{
	if (getenv("STOA_TEST_CONFIG") != NULL)
		return;
	fprintf(stderr, "skipped: STOA_TEST_CONFIG names no running environment (scripts/stoa test sets it)\n");
	exit(77);
}

static void
open_owner(struct world *w)
{
	w->owner = database_open(w->config, NULL, "stoa work test", stderr);
	if (w->owner == NULL)
		exit(1);
}

struct world *
world_new(const struct area *area)
{
	struct arena *arena = arena_new();
	struct world *w = ARENA_NEW(arena, struct world);

	w->arena = arena;
	w->config = config_read(arena, &work_house, getenv("STOA_TEST_CONFIG"), environ, stderr);
	if (w->config == NULL || !key_open(w->config))
		exit(1);
	w->worker = (struct worker){ .config = w->config,
		.house = &work_house,
		.pool = &pools[0],
		.area = area,
		.listener = -1,
		.signals = -1 };
	open_owner(w);
	/* The programs that share this world take turns; make runs two at a time. */
	run_sql(w, "SELECT pg_advisory_lock(hashtextextended('work test', 0))");
	run_sql(w, "DROP SCHEMA IF EXISTS work_test CASCADE");
	run_sql(w, "CREATE SCHEMA work_test");
	run_sql(w, "GRANT USAGE ON SCHEMA work_test TO stoa_ops");
	run_sql(w, "CREATE TABLE work_test.effect (number bigint GENERATED ALWAYS AS IDENTITY, note text, pid int)");
	run_sql(w, "CREATE TABLE work_test.item (n int PRIMARY KEY, bad bool NOT NULL DEFAULT false)");
	run_sql(w, "CREATE TABLE work_test.subject (id uuid PRIMARY KEY, n int NOT NULL DEFAULT 0)");
	run_sql(w, "GRANT ALL ON ALL TABLES IN SCHEMA work_test TO stoa_ops");
	world_clear(w);
	return w;
}

void
world_clear(struct world *w)
{
	run_sql(w, "TRUNCATE work_test.effect, work_test.item, work_test.subject RESTART IDENTITY");
	run_sql(w, "DELETE FROM queue.job WHERE area = 'ops'");
	run_sql(w, "DELETE FROM queue.dead WHERE area = 'ops'");
	run_sql(w, "DELETE FROM core.leader WHERE name LIKE 'ops.%'");
}

void
world_free(struct world *w)
{
	world_clear(w);
	run_sql(w, "DROP SCHEMA work_test CASCADE");
	PQfinish(w->owner);
	arena_free(w->arena);
}

const char *
ask(struct world *w, const char *sql)
{
	PGresult *result = database_ask(w->owner, sql, NULL, stderr);
	const char *text;

	if (result == NULL)
		abort();
	text = PQntuples(result) == 0 ? "" : arena_text(w->arena, PQgetvalue(result, 0, 0));
	PQclear(result);
	return text;
}

long
ask_number(struct world *w, const char *sql)
{
	return strtol(ask(w, sql), NULL, 10);
}

void
run_sql(struct world *w, const char *sql)
{
	if (!database_do(w->owner, sql, NULL, stderr))
		abort();
}

void
effect_later(struct request *req, const char *note)
{
	static unsigned number;
	static const struct sql_parameter parameters[] = { { "note", SQL_TEXT, false }, { "pid", SQL_INT, false } };
	static const struct sql_statement statement = { .name = "test_effect",
		.text = "INSERT INTO work_test.effect (note, pid) VALUES ($1, $2)",
		.rows = SQL_EXEC,
		.parameters = parameters,
		.parameter_count = 2,
		.number = &number };
	int32_t pid = getpid();
	const char *copy = arena_text(req->arena, note);

	db_later(req, &statement, (const void *const[]){ &copy, &pid });
}

/* Each text is a statement of its own for db.h, which knows them by their number. */
const struct problem *
run_in(struct request *req, const char *sql)
{
	static struct known {
		struct sql_statement statement;
		unsigned number;
		char name[16];
	} known[16];
	struct known *k = known;

	while (k->statement.text != NULL && strcmp(k->statement.text, sql) != 0)
		k++;
	snprintf(k->name, sizeof(k->name), "test_%d", (int)(k - known));
	if (k->statement.text == NULL)
		k->statement = (struct sql_statement){
			.name = k->name, .text = strdup(sql), .rows = SQL_EXEC, .number = &k->number
		};
	db_later(req, &k->statement, NULL);
	return db_flush(req);
}

/* A connection does not survive a fork; each process has its own. */
pid_t
child(struct world *w, int (*life)(struct world *w))
{
	pid_t pid;

	fflush(NULL);
	if ((pid = fork()) != 0)
		return pid;
	open_owner(w);
	_exit(life(w));
}

int
child_status(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		continue;
	return status;
}
