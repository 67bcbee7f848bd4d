/*
 * wait.h -- `Prefer: wait` (RFC 7240): the client would rather have the outcome than be told that its wish was
 * accepted.  After COMMIT, or when a stored 202 was found, the route's `outcome` is asked again and again until it
 * answers, or the time is up; then the 202 goes out as it is.
 *
 * A worker that waits does nothing else, so the pool says through its room how many may.
 */
#ifndef STOA_WEB_WAIT_H
#define STOA_WEB_WAIT_H

#include <stdbool.h>

#include "core/base/value.h"

struct reply;
struct request;

struct wait_room {
	bool (*enter)(void *context); /* false: too many wait already */
	void (*leave)(void *context);
	void *context;
};

/* Once per process.  Before, nobody waits. */
void wait_open(struct wait_room room);

/* For the dispatcher, with the reply complete and outside any transaction. */
void wait_for_outcome(struct request *req, struct reply *out);

/* The id at the end of the answer's Location: what was accepted, then or now. */
bool wait_accepted_id(const struct reply *out, struct uuid *id_r);

#endif
