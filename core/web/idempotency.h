/*
 * idempotency.h -- a retry never changes an outcome.  The answer of a change is kept under (principal, route,
 * Idempotency-Key) for 24 hours, in the transaction of the change and as its last row; whoever comes with the
 * same key finds it and gets it again.
 *
 * Refusals that problem.def calls FINAL are kept too, after their transaction was rolled back.  What passes
 * (400, 401, 403, shapes, limits, 5xx) never is.  Anonymous requests take no key: it would be anybody's.
 */
#ifndef STOA_WEB_IDEMPOTENCY_H
#define STOA_WEB_IDEMPOTENCY_H

#include <stdbool.h>

#include "core/base/value.h"

struct problem;
struct reply;
struct request;

/* An answer that was found under the key. */
struct kept_answer {
	bool found;
	struct bytes fingerprint;
	unsigned status;
	const char *content_type;
	const char *headers; /* as a JSON object */
	struct bytes body;
};

/* Sets req->idempotency_key when the route honours one, somebody is signed in and one came; 400 for a bad one. */
const struct problem *idempotency_open(struct request *req);

/* Queued before the handler's first statement.  An answer that is found ends the flush with PROBLEM_AGAIN, and
 * `answer->found` is set. */
void idempotency_look_later(struct request *req, struct kept_answer *answer);

/* Queued as the last statement before COMMIT; fails the transaction when a twin was first. */
void idempotency_keep_later(struct request *req, const struct reply *out);

/* Keeps `out` unless there is an answer, which `answer` then holds.  In a transaction of the caller's. */
const struct problem *idempotency_settle(struct request *req, const struct reply *out, struct kept_answer *answer);

/* Turns the reply into the kept answer; 422 naming the fields that differ when the key came with another request. */
const struct problem *idempotency_replay(struct request *req, const struct kept_answer *answer, struct reply *out);

#endif
