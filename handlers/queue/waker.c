/*
 * waker.c -- tells idle job workers at once what they would find by themselves within a second.
 *
 * NOTIFY takes a lock of the whole server at COMMIT, so no transaction that does anything else carries one: this
 * leader looks fifty times a second and notifies in a transaction of its own.
 */
#include "handlers/queue/waker.h"

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/areas.h"
#include "handlers/queue/queries.h"

/* Those that have jobs at all. */
static struct texts
areas_with_jobs(struct request *req)
{
	const char **names = ARENA_ARRAY(req->arena, house.area_count, const char *);
	size_t count = 0;

	for (size_t i = 0; i < house.area_count; i++)
		if (house.areas[i].area->jobs != NULL)
			names[count++] = house.areas[i].name;
	return (struct texts){ names, count };
}

const struct problem *
waker_has_fresh(struct request *req, bool *fresh_r)
{
	struct job_has_fresh_row *row;
	const struct problem *p;

	if ((p = sql_job_has_fresh(req, areas_with_jobs(req), &row)) == NULL)
		*fresh_r = row->fresh;
	return p;
}

/* Nothing is taken off any list, so nothing is `done`: the loop rests after each look. */
const struct problem *
waker_wake(struct request *req, struct leader_batch *batch)
{
	struct job_wake_row *row;

	batch->done = 0;
	return sql_job_wake(req, areas_with_jobs(req), &row);
}
