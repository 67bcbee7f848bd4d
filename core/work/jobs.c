/*
 * jobs.c -- a worker of a job pool: it claims due jobs of its area, a few at a time, and runs each in a transaction of
 * its own that also removes the job.
 *
 * A lease is as long as the kind's timeout and a little more, and a job is begun within a second of its claim or
 * given back; so a living worker always ends before its lease does, nothing has to be renewed, and the jobs of a
 * dead one are found by their leases alone.
 */
#include "core/work/jobs.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/base/worker.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/metric/metric.h"
#include "core/pool/scoreboard.h"
#include "core/web/dispatch.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route.h"
#include "core/work/queries.h"
#include "core/work/queue.h"
#include "core/work/work.h"

#define ATTEMPTS_DEFAULT 12
#define TIMEOUT_DEFAULT  60
/* The master kills two seconds past the deadline; a job is begun a second after its claim at the latest. */
#define LEASE_MORE_MS 5000
#define BEGIN_WITHIN  SECOND

/* Quick jobs are claimed many at a time, slow ones one by one, so that they spread over the workers. */
#define BATCH_MAX   100
#define BATCH_QUICK (50 * MILLISECOND)
#define BATCH_SLOW  (200 * MILLISECOND)

/* What the queue itself is asked may take so long. */
#define ASK_TIMEOUT (5 * SECOND)
#define POLL_MS     1000
#define RESCUE_EACH SECOND
#define RESCAN_EACH SECOND
/* Jobs that were put in by transactions which are still open appear behind the mark; most of them by so little. */
#define MARK_BEHIND (5 * SECOND)

struct jobs {
	struct worker *worker;
	const struct env *env;
	struct arena *lasting, *claims, *work; /* for life, for a turn, for a job */
	struct db *db;
	const char *name;
	struct texts kinds;
	struct integers leases, attempts;

	/* Ready jobs up to this key have been claimed, as far as is known; behind it lie dead rows. */
	struct instant after_run_at;
	int64_t after_ordinal;
	int64_t rescan_at, rescue_at;
	int32_t batch;
};

static void
read_kinds(struct jobs *jobs, const struct job_kind *table)
{
	size_t count = 0;
	const char **kinds;
	int64_t *leases, *attempts;

	while (table != NULL && table[count].kind != NULL)
		count++;
	kinds = ARENA_ARRAY(jobs->lasting, count, const char *);
	leases = ARENA_ARRAY(jobs->lasting, count, int64_t);
	attempts = ARENA_ARRAY(jobs->lasting, count, int64_t);
	for (size_t i = 0; i < count; i++) {
		kinds[i] = table[i].kind;
		leases[i] =
		    (table[i].timeout != 0 ? table[i].timeout : TIMEOUT_DEFAULT) * INT64_C(1000) + LEASE_MORE_MS;
		attempts[i] = table[i].attempts != 0 ? table[i].attempts : ATTEMPTS_DEFAULT;
	}
	jobs->kinds = (struct texts){ kinds, count };
	jobs->leases = (struct integers){ leases, count };
	jobs->attempts = (struct integers){ attempts, count };
}

/* The claim returned it, so it is there. */
static size_t
kind_index(const struct jobs *jobs, const char *kind)
{
	size_t i = 0;

	while (i < jobs->kinds.count - 1 && strcmp(jobs->kinds.items[i], kind) != 0)
		i++;
	return i;
}

struct jobs *
jobs_open(struct worker *worker, const struct env *env)
{
	const struct area *areas[] = { worker->area, NULL };
	struct arena *lasting = arena_new();
	struct jobs *jobs = ARENA_NEW(lasting, struct jobs);

	dispatch_open(areas);
	jobs->worker = worker;
	jobs->env = env;
	jobs->lasting = lasting;
	jobs->claims = arena_new();
	jobs->work = arena_new();
	jobs->db = db_new(worker->config, arena_format(lasting, "stoa_%s", worker->area->name));
	jobs->name = work_holder(lasting, env);
	jobs->after_run_at = INSTANT_MIN;
	jobs->batch = 1;
	read_kinds(jobs, worker->area->jobs);
	db_listen(jobs->db, arena_format(lasting, "queue_%s", worker->area->name));
	return jobs;
}

void
jobs_close(struct jobs *jobs)
{
	db_free(jobs->db);
	arena_free(jobs->work);
	arena_free(jobs->claims);
	arena_free(jobs->lasting);
}

static void
ask(struct jobs *jobs, struct request *req, struct arena *arena)
{
	work_request(req, jobs->worker, arena, jobs->db, jobs->env, ASK_TIMEOUT);
}

static const struct problem *
rescue(struct jobs *jobs, int64_t now)
{
	struct job_rescue_rows lost;
	struct request req;
	const struct problem *p;

	if (now < jobs->rescue_at)
		return NULL;
	jobs->rescue_at = now + RESCUE_EACH;
	ask(jobs, &req, jobs->claims);
	if ((p = sql_job_rescue(&req, jobs->kinds, jobs->attempts, &lost)) != NULL)
		return p;
	for (size_t i = 0; i < lost.count; i++) {
		const struct job_rescue_row *job = &lost.items[i];

		metric_count(job->dead ? COUNT_jobs_dead : COUNT_jobs_failed, 1);
		log_line(job->dead ? ERROR : WARN, NULL, "jobs",
		    job->dead ? "a job was given up: its worker was lost"
			      : "a job's worker was lost; it will be tried again",
		    { "kind", .text = job->kind }, { "job", .text = uuid_text(jobs->claims, job->id) },
		    { "attempt", .number = job->attempt }, { "worker", .text = job->worker });
	}
	return NULL;
}

/*
 * Where the next claim may start: dead rows in front of it are not walked over again, but for once a second.  What
 * follows a job in its order becomes ready behind that job's key, so the mark does not pass such a job.
 */
static void
move_mark(struct jobs *jobs, const struct job_claim_rows *claimed)
{
	size_t last = 0;

	if (claimed->count == 0)
		return;
	while (last < claimed->count - 1 && !claimed->items[last].ordered)
		last++;
	jobs->after_run_at = claimed->items[last].run_at;
	jobs->after_ordinal = claimed->items[last].ordinal;
	if (claimed->count < (size_t)jobs->batch) {
		jobs->after_run_at.micros -= MARK_BEHIND;
		jobs->after_ordinal = 0;
	}
}

static const struct problem *
claim(struct jobs *jobs, int64_t now, struct job_claim_rows *claimed_r)
{
	struct request req;
	const struct problem *p;

	if (now >= jobs->rescan_at) {
		jobs->rescan_at = now + RESCAN_EACH;
		jobs->after_run_at = INSTANT_MIN;
		jobs->after_ordinal = 0;
	}
	ask(jobs, &req, jobs->claims);
	p = sql_job_claim(&req, jobs->kinds, jobs->leases, jobs->name, jobs->batch, jobs->after_run_at,
	    jobs->after_ordinal, claimed_r);
	if (p == NULL)
		move_mark(jobs, claimed_r);
	return p;
}

static const char *
describe(struct arena *arena, const struct problem *problem)
{
	const char *detail = problem->detail;
	const struct problem_error *error = problem->errors;

	if (problem->id == PROBLEM_AGAIN)
		return "Its transaction collided with others too often.";
	if (detail == NULL)
		detail = problem_title(problem->id);
	if (error == NULL)
		return arena_format(arena, "%s: %s", problem_slug(problem->id), detail);
	return arena_format(arena, "%s: %s %s %s", problem_slug(problem->id), detail,
	    error->pointer != NULL ? error->pointer : "", error->detail != NULL ? error->detail : "");
}

/* Not told to anybody else: when even this fails, the lease runs out and the job is rescued. */
static void
fail(struct jobs *jobs, const struct request *done, const struct problem *problem)
{
	const struct job *job = done->job;
	int64_t attempts = jobs->attempts.items[kind_index(jobs, job->kind)];
	int64_t delay = queue_retry_delay(jobs->env, job->attempt) / MILLISECOND;
	bool given_up = job->attempt >= attempts;
	struct job_fail_row *row;
	struct request req;
	const char *reason = describe(jobs->work, problem);

	ask(jobs, &req, jobs->work);
	req.job = job;
	memcpy(req.id, done->id, sizeof(req.id));
	memcpy(req.trace, done->trace, sizeof(req.trace));
	metric_count(given_up ? COUNT_jobs_dead : COUNT_jobs_failed, 1);
	if (sql_job_fail(&req, job->id, job->lease, reason, given_up ? NULL : &delay, &row) != NULL || !row->held) {
		log_line(WARN, &req, "jobs", "a job failed, and its lease is lost", { "reason", .text = reason });
		return;
	}
	log_line(given_up ? ERROR : WARN, &req, "jobs",
	    given_up ? "a job was given up: it waits among the dead to be put back"
		     : "a job failed; it will be tried again",
	    { "kind", .text = job->kind }, { "attempt", .number = job->attempt }, { "reason", .text = reason },
	    { "again_in_ms", .number = given_up ? 0 : delay });
}

static void
occupy(struct jobs *jobs, const struct request *req)
{
	if (jobs->worker->slot == NULL)
		return;
	slot_busy(jobs->worker->slot, env_monotonic(jobs->env), req->deadline);
	slot_says(jobs->worker->slot, "JOB", req->job->kind, req->id);
}

static void
vacate(struct jobs *jobs, const struct request *req)
{
	struct slot *slot = jobs->worker->slot;
	int64_t now = env_monotonic(jobs->env);

	if (slot == NULL)
		return;
	slot->took = now - req->began;
	slot->requests++;
	slot_idle(slot, now);
}

static void
run(struct jobs *jobs, const struct job_claim_row *claimed)
{
	struct job job = { .id = claimed->id,
		.kind = claimed->kind,
		.attempt = claimed->attempt,
		.payload = claimed->payload,
		.lease = claimed->lease };
	int64_t lease = jobs->leases.items[kind_index(jobs, claimed->kind)];
	const struct problem *problem;
	struct request req;
	struct reply reply;

	arena_reset(jobs->work);
	work_request(&req, jobs->worker, jobs->work, jobs->db, jobs->env, (lease - LEASE_MORE_MS) * MILLISECOND);
	req.job = &job;
	/* The job's own id, so that its log lines are found by it. */
	memcpy(req.id, hex_encode(jobs->work, job.id.bytes, sizeof(job.id.bytes)), REQUEST_ID_SIZE);
	if (claimed->trace != NULL)
		strncpy(req.trace, claimed->trace, sizeof(req.trace) - 1);
	reply_init(&reply, &req);
	occupy(jobs, &req);
	if ((problem = dispatch_job(&req, &reply)) == NULL)
		metric_count(COUNT_jobs_done, 1);
	else
		fail(jobs, &req, problem);
	vacate(jobs, &req);
}

/* Those from `next` on were not begun. */
static void
give_back(struct jobs *jobs, const struct job_claim_rows *claimed, size_t next)
{
	size_t count = claimed->count - next;
	struct uuid *ids = ARENA_ARRAY(jobs->claims, count, struct uuid);
	struct uuid *leases = ARENA_ARRAY(jobs->claims, count, struct uuid);
	struct job_release_row *row;
	struct request req;

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++) {
		ids[i] = claimed->items[next + i].id;
		leases[i] = claimed->items[next + i].lease;
	}
	ask(jobs, &req, jobs->claims);
	jobs->rescan_at = 0;
	if (sql_job_release(&req, (struct uuids){ ids, count }, (struct uuids){ leases, count }, &row) != NULL)
		log_line(WARN, NULL, "jobs", "jobs could not be given back; their leases will run out",
		    { "jobs", .number = (int64_t)count });
}

static void
adapt(struct jobs *jobs, size_t ran, int64_t took)
{
	if (took > BATCH_SLOW)
		jobs->batch = 1;
	else if (took < BATCH_QUICK && ran == (size_t)jobs->batch && jobs->batch < BATCH_MAX)
		jobs->batch = jobs->batch * 2 < BATCH_MAX ? jobs->batch * 2 : BATCH_MAX;
}

static bool
told_to_end(struct jobs *jobs)
{
	return jobs->worker->signals >= 0 && worker_wait(jobs->worker, -1, 0).ended;
}

struct jobs_turn
jobs_turn(struct jobs *jobs)
{
	int64_t began = env_monotonic(jobs->env);
	struct job_claim_rows claimed;
	struct jobs_turn turn = { 0 };

	arena_reset(jobs->claims);
	if (jobs->kinds.count == 0)
		return turn;
	if (rescue(jobs, began) != NULL || claim(jobs, began, &claimed) != NULL) {
		turn.failed = true;
		return turn;
	}
	began = env_monotonic(jobs->env);
	while (turn.ran < claimed.count && !turn.ended) {
		run(jobs, &claimed.items[turn.ran++]);
		turn.ended = told_to_end(jobs);
		if (env_monotonic(jobs->env) - began > BEGIN_WITHIN)
			break;
	}
	give_back(jobs, &claimed, turn.ran);
	adapt(jobs, turn.ran, env_monotonic(jobs->env) - began);
	return turn;
}

static int64_t
longest(const struct jobs *jobs)
{
	int64_t most = 0;

	for (size_t i = 0; i < jobs->leases.count; i++)
		if (jobs->leases.items[i] > most)
			most = jobs->leases.items[i];
	return most / 1000;
}

/* About as many as the setting says, so that the workers of a pool are not replaced together. */
static uint64_t
lifetime(const struct worker *worker)
{
	int64_t most = worker->settings != NULL ? worker->settings->pm_max_requests : 0;

	if (most <= 0)
		return UINT64_MAX;
	return (uint64_t)most + env_random_below(&env_system, (uint32_t)(most / 10) + 1);
}

void
worker_run_jobs(struct worker *worker)
{
	struct jobs *jobs = jobs_open(worker, &env_system);
	uint64_t left = lifetime(worker);
	struct worker_wait wait = { 0 };

	db_describe(worker->pool->name, longest(jobs));
	log_line(INFO, NULL, "jobs", "a job worker begins", { "area", .text = worker->area->name },
	    { "worker", .text = jobs->name });
	while (!wait.ended && left > 0) {
		struct jobs_turn turn = jobs_turn(jobs);

		left -= turn.ran < left ? turn.ran : left;
		wait.ended = turn.ended;
		if (turn.ran > 0 || turn.ended)
			continue;
		wait = worker_wait(worker, turn.failed ? -1 : db_socket(jobs->db), POLL_MS);
		if (wait.readable)
			db_notified(jobs->db);
	}
	log_line(INFO, NULL, "jobs", "a job worker ends", { "worker", .text = jobs->name });
	jobs_close(jobs);
}
