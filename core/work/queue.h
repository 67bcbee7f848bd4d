/*
 * queue.h -- work to be done later.  A job is put in the queue inside the transaction of the change that
 * wants it, so it exists exactly when the change does.  Job pools (workers without a listener) claim,
 * run and complete them; how, is in handlers/queue/README.md.
 */
#ifndef STOA_WORK_QUEUE_H
#define STOA_WORK_QUEUE_H

#include "core/base/request.h"

struct shape;

struct job {
	struct uuid id;
	const char *kind;
	int32_t attempt; /* 1 at the first */
	const char *payload;
	struct uuid lease;
};

struct enqueue {
	const char *kind;          /* one of some area's job table */
	const struct shape *shape; /* of `payload`; both NULL: an empty one */
	const void *payload;
	const char *unique_key;    /* at most one waiting job of the kind bears it */
	const char *order_key;     /* jobs with the same one run one after the other */
	struct instant run_at;     /* zero: now */
};

/* Queued like an :exec: it travels with the next flush, and fails with the transaction. */
void queue_enqueue(struct request *req, const struct enqueue *job);

#endif
