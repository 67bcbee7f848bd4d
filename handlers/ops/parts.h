/* parts.h -- the parts of the platform as this host sees them, without asking anybody over the network. */
#ifndef STOA_HANDLERS_OPS_PARTS_H
#define STOA_HANDLERS_OPS_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "handlers/ops/ops.h"

/* `struct pool_state` of each pool that runs on this host. */
struct list part_pools(struct request *req);
/* Whether it has workers, or is of the kind that starts them when somebody comes. */
bool part_pool_is_up(const struct pool_state *state);

/* Whether the helper that speaks to Redis has had an answer of late; true where none is configured. */
bool part_redis_answers(struct request *req);

/* Of the certificate that nginx shows; false when it cannot be read. */
bool part_certificate_ends(struct request *req, struct instant *ends_r);

#endif
