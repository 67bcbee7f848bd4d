/*
 * replica.c -- reads that may be a little stale, from a server that is known to be no staler than that.
 *
 * Once in a second in which such reads come, a worker looks how far the primary is; the question travels with whatever
 * goes to the primary anyway.  A replica that has come so far is no staler than that look is old.  It says how far it is
 * in front of all that it is asked, so that one that is silent is found out soon.  What it cannot answer well, the
 * primary answers within the same request.
 */
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/db/link.h"
#include "core/db/queries.h"
#include "core/web/problem.h"

#define LOOK_EVERY (1 * SECOND)
#define STALE_MAX  (2 * SECOND)
/* How long it is not asked again after it failed; a dead host costs a worker a quarter of its time at most. */
#define LEFT_ALONE (1 * SECOND)

static const struct problem *
note_primary(struct request *req, void *found, void *context)
{
	const struct log_position_row *row = found;
	struct db *db = context;

	(void)req;
	db->mark = row->position;
	db->marked_at = db->looking_since;
	return NULL;
}

static const struct problem *
judge_replica(struct request *req, void *found, void *context)
{
	const struct log_position_row *row = found;
	const struct db *db = context;

	return row->position >= db->mark ? NULL : problem(req, PROBLEM_AGAIN, NULL);
}

static void
look_at_primary(struct request *req, struct db *db, int64_t now)
{
	if (db->looking_since != 0 || (db->mark != 0 && now - db->marked_at < LOOK_EVERY))
		return;
	db->looking_since = now;
	sql_log_position_later(req, note_primary, db);
}

bool
replica_may_answer(struct request *req)
{
	struct db *db = req->db;
	const int64_t now = env_monotonic(req->env);

	if (db->transaction != DB_NO_TRANSACTION || *db->config->global.database_read_url == '\0')
		return false;
	look_at_primary(req, db, now);
	if (db->mark == 0 || now - db->marked_at >= STALE_MAX || now < db->replica.retry_at)
		return false;
	if (db->replica.first == NULL) {
		db->asking = &db->replica;
		sql_log_position_later(req, judge_replica, db);
		db->asking = NULL;
	}
	return true;
}

bool
replica_open(struct request *req, struct db_link *link)
{
	if (link_is_open(link) || link_attempt(req, link, REPLICA_SPEAKS_WITHIN))
		return true;
	link->retry_at = env_monotonic(req->env) + LEFT_ALONE;
	return false;
}

int64_t
replica_until(const struct request *req, int64_t patience)
{
	const int64_t until = env_monotonic(req->env) + patience;

	return req->deadline != 0 && req->deadline < until ? req->deadline : until;
}

void
replica_leave(struct request *req, struct db_link *link, bool behind)
{
	link_drop(link);
	link->retry_at = env_monotonic(req->env) + LEFT_ALONE;
	link_complain(req, link, "the replica is left alone for a while", behind ? "it is behind" : "it does not answer");
}
