/*
 * limit.h -- how often.  One shared segment per host holds an atomic GCRA word for each key, so a limit
 * costs nanoseconds and no round trip; a helper process exchanges what was spent with the other hosts
 * through Redis every 100 ms.  Without Redis each host limits by itself, and says so.
 *
 * What must be exact (sign-in attempts, codes) is counted in PostgreSQL instead.
 */
#ifndef STOA_LIMIT_LIMIT_H
#define STOA_LIMIT_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/limit/rate.h"

struct config;
struct problem;
struct reply;
struct request;

struct limit_state {
	bool allowed;
	uint32_t remaining;
	uint32_t reset;       /* seconds until all of it is there again */
	uint32_t retry_after; /* seconds; when refused */
};

/* Maps the host's segment (a file under the run directory; made when missing or of another layout). */
bool limit_open(const struct config *config);
struct limit_state limit_take(uint64_t key, struct limit_rate rate, int64_t now);
/* As if nobody had done anything yet. */
void limit_forget(void);
/* Whether the helper's latest exchange reached Redis; also true where none is configured.  For /ready and warnings. */
bool limit_is_shared(const struct config *config);

/* For the dispatcher: 429 with Retry-After, or NULL; both write RateLimit-Policy and RateLimit (draft-11). */
const struct problem *limit_address(struct request *req, struct reply *out);
const struct problem *limit_principal(struct request *req, struct reply *out);

#endif
