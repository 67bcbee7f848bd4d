/*
 * change.c -- the transaction around a handler.  What must be true when this file is done with a change: it was
 * committed and PostgreSQL said COMMIT, or nothing of it was; and whoever repeats it under its key learns which.
 *
 * A read is one flush: the session's row travels with the handler's first statement.  A change is two: BEGIN,
 * session, key and the first statement; then what the handler queued last, its audit and key rows, and COMMIT.
 */
#include "core/web/change.h"

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/db/db.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/web/idempotency.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route_table.h"
#include "core/web/tries.h"
#include "core/work/queue.h"

/* A handler that ends without a word is a mistake of ours, not of the client's. */
static const struct problem *
silence(struct request *req, const struct reply *out)
{
	if (out->status != 0)
		return NULL;
	return problem(req, PROBLEM_INTERNAL, NULL);
}

/* The check of the session is judged before any answer leaves, also when the handler asked the database nothing. */
static const struct problem *
read_once(struct request *req, struct reply *out)
{
	const struct problem *p, *later;

	if (req->principal != NULL)
		principal_check_later(req);
	p = req->route->handler(req, out);
	if (tries_want(p))
		return p;
	if (p == NULL && (p = silence(req, out)) == NULL && req->route->audited)
		audit_success_later(req, out);
	if ((later = db_flush(req)) != NULL)
		return later;
	return p;
}

const struct problem *
run_read(struct request *req, struct reply *out)
{
	struct tries tries;
	const struct problem *p;

	tries_begin(&tries, req, out);
	while ((p = tries_next(&tries)) == NULL)
		if (!tries_want(p = read_once(req, out)))
			return p;
	return p;
}

static void
queue_checks(struct request *req, struct kept_answer *answer)
{
	*answer = (struct kept_answer){ 0 };
	if (req->principal != NULL)
		principal_check_later(req);
	if (req->idempotency_key != NULL)
		idempotency_look_later(req, answer);
}

/*
 * Everything that a change leaves besides its effect, in one flush with COMMIT.  The key row is the last of all, so that
 * twins wait for nothing but a commit.
 */
static void
queue_last_rows(struct request *req, const struct reply *out)
{
	audit_success_later(req, out);
	if (req->idempotency_key != NULL)
		idempotency_keep_later(req, out);
}

/* BEGIN, the checks and the handler, up to but without COMMIT. */
static const struct problem *
work_once(struct request *req, struct reply *out, struct kept_answer *answer)
{
	const uint64_t flushes = db_flushes(req->db);
	const struct problem *p, *later;

	db_begin(req);
	queue_checks(req, answer);
	if ((p = req->route->handler(req, out)) == NULL)
		p = silence(req, out);
	/*
	 * A handler that only queued, or refused before it asked, has not been told yet whether its session lives: COMMIT
	 * must not travel with that, and whoever is signed out learns nothing but that.
	 */
	if (db_flushes(req->db) == flushes && (later = db_flush(req)) != NULL)
		return later;
	return p;
}

/*
 * COMMIT's answer was lost.  Inserting the key row again waits for the old transaction if it still lives: if the row is
 * there, so is the effect; if ours could be inserted, nothing was done, and ours is taken back before the next try.
 */
static const struct problem *
resolve_lost_commit(struct request *req, struct reply *out)
{
	struct kept_answer answer;
	const struct problem *p;

	log_line(WARN, req, "web", "the connection was lost at COMMIT", { "route", .text = req->route->path });
	if (req->idempotency_key == NULL)
		return problem(req, PROBLEM_UNAVAILABLE, "It is not known whether this was done.");
	db_begin(req);
	p = idempotency_settle(req, out, &answer);
	db_rollback(req);
	if (p != NULL)
		return p;
	return answer.found ? idempotency_replay(req, &answer, out) : problem(req, PROBLEM_AGAIN, NULL);
}

static const struct problem *
commit_once(struct request *req, struct reply *out)
{
	const struct problem *p = NULL;

	queue_last_rows(req, out);
	switch (db_commit(req, &p)) {
	case DB_COMMITTED:
		return NULL;
	case DB_UNKNOWN:
		return resolve_lost_commit(req, out);
	case DB_ROLLED_BACK:
		break;
	}
	/* A twin with our key was first: the next try finds its answer. */
	if (p != NULL && p->id == PROBLEM_IN_PROGRESS)
		return problem(req, PROBLEM_AGAIN, NULL);
	return p != NULL ? p : problem(req, PROBLEM_UNAVAILABLE, NULL);
}

static const struct problem *
change_once(struct request *req, struct reply *out)
{
	struct kept_answer answer;
	const struct problem *p = work_once(req, out, &answer);

	if (p == NULL)
		return commit_once(req, out);
	db_rollback(req);
	return answer.found ? idempotency_replay(req, &answer, out) : p;
}

static const struct problem *
change_with_tries(struct request *req, struct reply *out)
{
	struct tries tries;
	const struct problem *p;

	tries_begin(&tries, req, out);
	while ((p = tries_next(&tries)) == NULL)
		if (!tries_want(p = change_once(req, out)))
			return p;
	return p;
}

/*
 * Before `prepare`, which may cost a password hash or a call to another server: whether the session lives, and whether
 * the answer is there already.  The transaction asks both again.
 */
static const struct problem *
check_once(struct request *req, struct reply *out)
{
	struct kept_answer answer;
	const struct problem *p;

	queue_checks(req, &answer);
	p = db_flush(req);
	return answer.found ? idempotency_replay(req, &answer, out) : p;
}

static const struct problem *
check_before_prepare(struct request *req, struct reply *out)
{
	struct tries tries;
	const struct problem *p;

	if (req->principal == NULL)
		return NULL;
	tries_begin(&tries, req, out);
	while ((p = tries_next(&tries)) == NULL)
		if (!tries_want(p = check_once(req, out)))
			return p;
	return p;
}

static const struct problem *
prepare(struct request *req, struct reply *out)
{
	const struct problem *p;
	int64_t began;

	if (req->route->prepare == NULL)
		return NULL;
	if ((p = check_before_prepare(req, out)) != NULL || out->replayed)
		return p;
	began = env_monotonic(req->env);
	p = req->route->prepare(req, out);
	request_span(req, "prepare", began);
	return p;
}

static const struct problem *
settle_once(struct request *req, const struct problem *refusal, struct reply *out)
{
	struct kept_answer answer;
	const struct problem *p, *lost = NULL;

	problem_write(req, refusal, out);
	db_begin(req);
	audit_refusal_later(req, refusal);
	if ((p = idempotency_settle(req, out, &answer)) != NULL) {
		db_rollback(req);
		return p;
	}
	if (answer.found) {
		db_rollback(req);
		return idempotency_replay(req, &answer, out);
	}
	/* Lost at COMMIT: doing it again finds our own row, or puts it there. */
	switch (db_commit(req, &lost)) {
	case DB_COMMITTED:
		return NULL;
	case DB_UNKNOWN:
		return problem(req, PROBLEM_AGAIN, NULL);
	case DB_ROLLED_BACK:
		break;
	}
	return lost != NULL ? lost : problem(req, PROBLEM_UNAVAILABLE, NULL);
}

/* A refusal that lasts becomes the answer under the key, unless a twin has put another there meanwhile. */
static const struct problem *
settle_refusal(struct request *req, const struct problem *refusal, struct reply *out)
{
	struct tries tries;
	const struct problem *p;

	tries_begin(&tries, req, out);
	while ((p = tries_next(&tries)) == NULL)
		if (!tries_want(p = settle_once(req, refusal, out)))
			return p;
	return p;
}

const struct problem *
run_change(struct request *req, struct reply *out)
{
	const struct problem *p = prepare(req, out);

	if (p == NULL && !out->replayed)
		p = change_with_tries(req, out);
	if (p != NULL && req->idempotency_key != NULL && problem_is_final(p->id))
		p = settle_refusal(req, p, out);
	return p;
}

static const struct problem *
job_once(struct request *req, struct reply *out, const struct job_kind *kind)
{
	const struct problem *p;

	db_begin(req);
	if ((p = kind->handler(req, out)) != NULL) {
		db_rollback(req);
		return p;
	}
	queue_complete_later(req);
	/* Unknown is no success: if it was done, the lease is gone, and the next attempt cannot complete it twice. */
	if (db_commit(req, &p) == DB_COMMITTED)
		return NULL;
	return p != NULL ? p : problem(req, PROBLEM_UNAVAILABLE, NULL);
}

const struct problem *
run_job(struct request *req, struct reply *out, const struct job_kind *kind)
{
	struct tries tries;
	const struct problem *p;
	int64_t began;

	if (kind->prepare != NULL) {
		began = env_monotonic(req->env);
		p = kind->prepare(req, out);
		request_span(req, "prepare", began);
		if (p != NULL)
			return p;
	}
	tries_begin(&tries, req, out);
	while ((p = tries_next(&tries)) == NULL)
		if (!tries_want(p = job_once(req, out, kind)))
			return p;
	return p;
}
