/*
 * ready.c -- whether everything is there that requests need.  Each part that is missing becomes one line of the 503's
 * `errors`, in words that say what to do.
 *
 * A probe uses the connection that its worker has anyway, and gives PostgreSQL two seconds: a database that hangs is an
 * answer too, and must not cost the prober its patience.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "handlers/ops/ops.h"
#include "handlers/ops/newest.h"
#include "handlers/ops/parts.h"
#include "handlers/ops/queries.h"

#define PATIENCE (2 * SECOND)

/* The database as the probe sees it; a problem only for what is not PostgreSQL's fault. */
static const struct problem *
ask_database(struct request *req, struct ops_migration_row **row_r, const struct problem **silent_r)
{
	const int64_t deadline = req->deadline;
	const int64_t patience = env_monotonic(req->env) + PATIENCE;
	const struct problem *p;

	if (deadline > patience)
		req->deadline = patience;
	p = sql_ops_migration(req, row_r);
	req->deadline = deadline;
	if (p == NULL || problem_status(p->id) < 500)
		return p;
	*silent_r = p;
	return NULL;
}

/* Newer than ours is well: code N runs on schema N and N + 1. */
static const struct problem *
check_database(struct request *req, struct problem *missing, const char **migration_r)
{
	struct ops_migration_row *row = NULL;
	const struct problem *silent = NULL;
	const struct problem *p;

	if ((p = ask_database(req, &row, &silent)) != NULL)
		return p;
	if (silent != NULL && silent->id == PROBLEM_DEADLINE)
		problem_add(req, missing, "/database", "PostgreSQL has not answered within 2 seconds.");
	else if (silent != NULL && silent->id == PROBLEM_INTERNAL)
		problem_add(req, missing, "/migrations",
		    "The database does not know this platform; run `scripts/stoa migrate`.");
	else if (silent != NULL)
		problem_add(req, missing, "/database", "PostgreSQL does not answer.");
	else if (row == NULL || row->newest == NULL)
		problem_add(req, missing, "/migrations", "The database is empty; run `scripts/stoa migrate`.");
	else if (strcmp(row->newest, MIGRATION_NEWEST) < 0)
		problem_add(req, missing, "/migrations",
		    "The database is older than this version; run `scripts/stoa migrate`.");
	else
		*migration_r = row->newest;
	return NULL;
}

static void
check_redis(struct request *req, struct problem *missing)
{
	if (!part_redis_answers(req))
		problem_add(req, missing, "/redis", "Redis does not answer; each host limits by itself.");
}

static void
check_pools(struct request *req, struct problem *missing)
{
	const struct list pools = part_pools(req);
	const struct pool_state *state = pools.items;

	for (size_t i = 0; i < pools.count; i++)
		if (!part_pool_is_up(&state[i]))
			problem_add(
			    req, missing, arena_format(req->arena, "/pools/%s", state[i].pool), "It has no worker.");
}

const struct problem *
ready_show(struct request *req, struct reply *out)
{
	struct problem *missing = problem(req, PROBLEM_UNAVAILABLE, "Not everything is there that requests need.");
	struct readiness *ready = ARENA_NEW(req->arena, struct readiness);
	const struct problem *p;

	if ((p = check_database(req, missing, &ready->migration)) != NULL)
		return p;
	check_redis(req, missing);
	check_pools(req, missing);
	if (missing->errors != NULL)
		return missing;
	ready->status = "ready";
	return reply_ok(out, ready);
}
