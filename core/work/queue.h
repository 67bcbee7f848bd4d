/*
 * queue.h -- work to be done later.  A job is put in the queue inside the transaction of the change that
 * wants it, so it exists exactly when the change does.  Job pools (workers without a listener) claim,
 * run and complete them; how, is in handlers/queue/README.md.
 */
#ifndef STOA_WORK_QUEUE_H
#define STOA_WORK_QUEUE_H

#include "core/base/request.h"

struct env;
struct shape;

/* A claimed one. */
struct job {
	struct uuid id;
	const char *kind;
	int32_t attempt; /* 1 at the first */
	const char *payload;
	struct uuid lease; /* only who holds it can complete the job */
};

struct enqueue {
	const char *kind;          /* one of some area's job table */
	const struct shape *shape; /* of `payload`; both NULL: an empty one */
	const void *payload;
	const char *unique_key;    /* at most one waiting job of the kind bears it; a second one is not put in */
	const char *order_key;     /* jobs with the same one run one after the other, in the order of this call */
	struct instant run_at;     /* zero: now */
};

/* Queued like an :exec: it travels with the next flush, and fails with the transaction. */
void queue_enqueue(struct request *req, const struct enqueue *job);

/* For dispatch_job, behind the handler and in front of COMMIT: the job goes with its effects, or, when the lease ran out
 * meanwhile and another worker has it, neither does (the commit fails with PROBLEM_CONFLICT). */
void queue_complete_later(struct request *req);

/* How long a job waits after its attempt failed: attempt^4 seconds, less up to a half by chance. */
int64_t queue_retry_delay(const struct env *env, int32_t attempt);

#endif
