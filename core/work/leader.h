/*
 * leader.h -- whatever must have one order has one leader; everyone else only appends.
 *
 * The loop holds an advisory lock and the newest epoch of its row in core.leader; every batch checks that
 * row in its own transaction, so one that was frozen and is no longer the leader cannot write.  A batch
 * that fails for good is halved until the culprit stands alone and can be quarantined.
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
	const char *name; /* the row in core.leader, and the lock */
	int32_t batch;
	int64_t rest;     /* microseconds to wait when there is nothing to do */
	const char *wake; /* a LISTEN channel that ends the rest, or NULL */
	/* One batch, in the transaction that the loop has begun and will commit. */
	const struct problem *(*work)(struct request *req, struct leader_batch *batch);
	const char *says;
};

#endif
