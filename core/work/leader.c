/* leader.c -- keeping exactly one at work.  leader.h says how; schema/0004_core_leader.sql is the other half. */
#include "core/work/leader.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/worker.h"
#include "core/db/db.h"
#include "core/web/problem.h"
#include "core/web/route.h"
#include "core/work/bisect.h"
#include "core/work/lead.h"
#include "core/work/queries.h"
#include "core/work/work.h"

/*
 * A stand-by notices within LEASE + LOOK at most, and a leader that finds nothing to do moves its lease on each BEAT,
 * so it may be late by more than a second without losing it.
 */
#define LEASE_MS      2000
#define BEAT          (700 * MILLISECOND)
#define LOOK          (400 * MILLISECOND)
#define EVICT_WAIT    (50 * MILLISECOND)
#define FAILED_WAIT   SECOND
#define BATCH_TIMEOUT (10 * SECOND)
#define ASK_TIMEOUT   (2 * SECOND)
#define REPEATS_MAX   10

struct leadership {
	struct worker *worker;
	const struct env *env;
	const struct leader *leader;
	struct arena *lasting, *work;
	struct db *db;
	const char *holder;
	int64_t epoch;   /* 0: another leads, or nobody */
	bool begun;      /* the leader's `begin` has been committed in this epoch */
	int64_t beat_at; /* a batch is due by then, be there work or not */
	unsigned repeats;
	struct bisect bisect;
};

struct leadership *
lead_open(struct worker *worker, const struct env *env, struct db *db, const struct leader *leader)
{
	struct arena *lasting = arena_new();
	struct leadership *lead = ARENA_NEW(lasting, struct leadership);

	lead->worker = worker;
	lead->env = env;
	lead->leader = leader;
	lead->lasting = lasting;
	lead->work = arena_new();
	lead->db = db;
	lead->holder = work_holder(lasting, env);
	bisect_init(&lead->bisect, leader->batch > 0 ? leader->batch : 1);
	return lead;
}

bool
lead_leads(const struct leadership *lead)
{
	return lead->epoch != 0;
}

static int64_t
after(const struct leadership *lead, int64_t wait)
{
	return env_monotonic(lead->env) + wait;
}

static void
ask(struct leadership *lead, struct request *req, int64_t timeout)
{
	arena_reset(lead->work);
	work_request(req, lead->worker, lead->work, lead->db, lead->env, timeout);
}

static void
step_down(struct leadership *lead, const char *reason)
{
	log_line(
	    WARN, NULL, "leader", reason, { "leader", .text = lead->leader->name }, { "epoch", .number = lead->epoch });
	lead->epoch = 0;
}

/* The leader has not been heard of for the length of its lease, yet its batch is open: its backend ends. */
static void
evict(struct leadership *lead, struct request *req, const struct leader_take_row *taken)
{
	struct leader_evict_row *row;

	if (sql_leader_evict(req, taken->blocked_by, &row) == NULL && row != NULL && row->ended)
		log_line(WARN, NULL, "leader", "the leader is frozen; its open batch was ended",
		    { "leader", .text = lead->leader->name }, { "holder", .text = taken->previous });
}

static int64_t
try_to_lead(struct leadership *lead)
{
	int64_t look = LOOK / 2 + env_random_below(lead->env, LOOK / 2);
	struct leader_take_row *taken;
	struct request req;

	ask(lead, &req, ASK_TIMEOUT);
	if (sql_leader_take(&req, lead->leader->name, lead->holder, LEASE_MS, &taken) != NULL)
		return after(lead, FAILED_WAIT);
	if (taken == NULL)
		return after(lead, look);
	if (taken->epoch == 0) {
		evict(lead, &req, taken);
		return after(lead, EVICT_WAIT);
	}
	lead->epoch = taken->epoch;
	lead->begun = false;
	lead->beat_at = 0;
	lead->repeats = 0;
	bisect_init(&lead->bisect, lead->bisect.full);
	log_line(INFO, NULL, "leader", "leads from now on", { "leader", .text = lead->leader->name },
	    { "epoch", .number = lead->epoch }, { "holder", .text = lead->holder },
	    { "previous", .text = taken->previous });
	return after(lead, 0);
}

/* The check travels in front of the batch's first statement; work that goes on after a failed check is rolled back. */
static const struct problem *
run_batch(struct leadership *lead, struct request *req, struct leader_batch *batch)
{
	const struct leader *leader = lead->leader;
	const struct problem *p = NULL;

	db_begin(req);
	sql_leader_check(req, leader->name, lead->epoch, LEASE_MS);
	if (!lead->begun && leader->begin != NULL)
		p = leader->begin(req);
	if (p == NULL)
		p = leader->work(req, batch);
	if (p != NULL) {
		db_rollback(req);
		return p;
	}
	/* Where nobody knows what became of COMMIT, the connection is lost; the next batch starts from what is there.
	 */
	if (db_commit(req, &p) == DB_COMMITTED)
		return NULL;
	return p != NULL ? p : problem(req, PROBLEM_UNAVAILABLE, NULL);
}

static int64_t
passed(struct leadership *lead, const struct leader_batch *batch)
{
	if (batch->quarantine)
		log_line(ERROR, NULL, "leader", "what failed was put aside; the rest goes on",
		    { "leader", .text = lead->leader->name });
	bisect_passed(&lead->bisect, batch->done);
	lead->begun = true;
	lead->repeats = 0;
	lead->beat_at = after(lead, BEAT);
	if (batch->done == 0)
		return after(lead, lead->leader->rest);
	return after(lead, batch->done < batch->limit ? lead->leader->pause : 0);
}

/* Conflicts with others and a lost database say nothing about the items; all else is an item's fault, or ours. */
static int64_t
failed(struct leadership *lead, enum problem_id id, const struct leader_batch *batch)
{
	struct leader_holds_row *row;
	struct request req;

	if (id == PROBLEM_AGAIN && ++lead->repeats <= REPEATS_MAX)
		return after(lead, env_random_below(lead->env, 20 * MILLISECOND));
	lead->repeats = 0;
	ask(lead, &req, ASK_TIMEOUT);
	if (id == PROBLEM_UNAVAILABLE || sql_leader_holds(&req, lead->leader->name, lead->epoch, &row) != NULL) {
		step_down(lead, "the database was lost; leads no longer for now");
		return after(lead, LOOK);
	}
	if (!row->holds) {
		step_down(lead, "was superseded; nothing of this batch was written");
		return after(lead, LOOK);
	}
	if (!lead->begun && lead->leader->begin != NULL) {
		log_line(ERROR, NULL, "leader", "cannot begin", { "leader", .text = lead->leader->name },
		    { "problem", .text = problem_slug(id) });
		return after(lead, FAILED_WAIT);
	}
	log_line(WARN, NULL, "leader", "a batch failed; looking for what fails",
	    { "leader", .text = lead->leader->name }, { "limit", .number = batch->limit },
	    { "quarantine", .number = batch->quarantine }, { "problem", .text = problem_slug(id) });
	bisect_failed(&lead->bisect);
	/* Putting aside has failed, too: a person has to look, and the log need not say it a thousand times. */
	return after(lead, batch->quarantine ? FAILED_WAIT : 0);
}

/*
 * Where some old transaction keeps dead rows in place, even this question takes time; it is then asked less often, and
 * takes a fifth of a processor at most.
 */
static bool
has_nothing_to_do(struct leadership *lead, int64_t *rest_r)
{
	int64_t began = env_monotonic(lead->env), took;
	struct request req;
	bool ready = true;

	if (lead->leader->ready == NULL || lead->bisect.suspect > 0 || began >= lead->beat_at)
		return false;
	ask(lead, &req, ASK_TIMEOUT);
	if (lead->leader->ready(&req, &ready) != NULL || ready)
		return false;
	took = env_monotonic(lead->env) - began;
	*rest_r = 4 * took > lead->leader->rest ? 4 * took : lead->leader->rest;
	if (*rest_r > BEAT)
		*rest_r = BEAT;
	return true;
}

int64_t
lead_turn(struct leadership *lead)
{
	struct leader_batch batch = { .limit = lead->bisect.limit, .quarantine = lead->bisect.quarantine };
	const struct problem *p;
	struct request req;
	int64_t rest;

	if (lead->epoch == 0)
		return try_to_lead(lead);
	if (has_nothing_to_do(lead, &rest))
		return after(lead, rest);
	ask(lead, &req, BATCH_TIMEOUT);
	if ((p = run_batch(lead, &req, &batch)) == NULL)
		return passed(lead, &batch);
	return failed(lead, p->id, &batch);
}

void
lead_close(struct leadership *lead)
{
	struct request req;

	if (lead->epoch != 0) {
		ask(lead, &req, ASK_TIMEOUT);
		sql_leader_release(&req, lead->leader->name, lead->epoch);
		if (db_flush(&req) == NULL)
			log_line(INFO, NULL, "leader", "leads no longer", { "leader", .text = lead->leader->name },
			    { "epoch", .number = lead->epoch });
	}
	arena_free(lead->work);
	arena_free(lead->lasting);
}
