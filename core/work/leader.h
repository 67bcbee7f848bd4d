/*
 * leader.h -- whatever must have one order has one leader; everyone else only appends.
 *
 * A row of core.leader says who leads, under which epoch, and until when nobody else may.  Every batch begins by
 * checking that row and moving its lease on, in the batch's own transaction: one that was frozen and superseded
 * meanwhile fails there, and one that is superseded cannot be half-way through a batch, because the check holds the
 * row's lock until COMMIT.  Stand-bys look twice a second; when the lease (two seconds) is past, one of them takes
 * over.  Where a frozen leader left a batch open, its backend is ended first.  There is no advisory lock: a
 * frozen process would keep it, and the row says all that it could.
 *
 * A batch that fails for good is halved until the culprit stands alone and can be put aside.
 */
#ifndef STOA_WORK_LEADER_H
#define STOA_WORK_LEADER_H

#include "core/base/request.h"

struct problem;

struct leader_batch {
	int32_t limit;   /* how many items to take at most */
	int32_t done;    /* how many were taken; 0: nothing to do, the loop rests */
	bool quarantine; /* `limit` is 1 and it failed before: put the item aside instead of working on it */
};

struct leader {
	const char *name; /* "event.sequencer": its area, a dot, and what it does */
	int32_t batch;
	int64_t rest;     /* microseconds to wait when there is nothing to do */
	int64_t pause;    /* the same after a batch that was not full, so that under load batches are large; 0: none */
	const char *wake; /* a LISTEN channel that ends the rest, or NULL */
	/* In the first transaction of each epoch: what must be so before the first batch.  May be NULL. */
	const struct problem *(*begin)(struct request *req);
	/* Whether there is anything to do; asked outside any transaction, so that idleness writes nothing.  May be NULL. */
	const struct problem *(*ready)(struct request *req, bool *ready_r);
	/* One batch, in the transaction that the loop has begun and will commit. */
	const struct problem *(*work)(struct request *req, struct leader_batch *batch);
	const char *says;
};

#endif
