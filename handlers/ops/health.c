/* health.c -- whether somebody is there.  Asks nothing and nobody, so that it answers when everything else is down. */
#include "config.h"
#include "core/base/arena.h"
#include "handlers/areas.h"
#include "core/base/text.h"
#include "handlers/ops/newest.h"
#include "handlers/ops/ops.h"
#include "handlers/ops/parts.h"

const struct problem *
health_show(struct request *req, struct reply *out)
{
	(void)req;
	return reply_ok(out, &(struct health){ .status = "up" });
}

/* An area without a pool on this host has nothing that could be down here. */
const struct problem *
health_show_area(struct request *req, struct reply *out)
{
	const char *area = path_text(req, "area");
	const struct list pools = part_pools(req);
	const struct pool_state *state = pools.items;

	if (house_area(&house, area) == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "No such area.");
	for (size_t i = 0; i < pools.count; i++)
		if (text_equal(state[i].area, area) && !part_pool_is_up(&state[i]))
			return problem_format(req, PROBLEM_UNAVAILABLE, "The pool %s has no worker.", state[i].pool);
	return reply_ok(out, &(struct health){ .status = "up", .area = area });
}

const struct problem *
version_show(struct request *req, struct reply *out)
{
	(void)req;
	return reply_ok(out, &(struct version){ .version = PACKAGE_VERSION, .migration = MIGRATION_NEWEST });
}
