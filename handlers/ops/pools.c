/* pools.c -- what the workers of this host do, with PHP-FPM's words for it. */
#include "core/base/arena.h"
#include "handlers/ops/ops.h"
#include "handlers/ops/parts.h"

const struct problem *
pools_list(struct request *req, struct reply *out)
{
	return reply_ok(out, &(struct pools){ .data = part_pools(req) });
}
