/*
 * scheduler.c -- the areas' schedule tables become rows of queue.schedule whenever a scheduler begins to lead; each
 * slot that is due becomes one job, in the transaction that also moves the row to its next slot.
 */
#include "handlers/queue/scheduler.h"

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/web/route.h"
#include "core/work/leader.h"
#include "handlers/areas.h"
#include "handlers/queue/queries.h"

static size_t
schedule_count(const struct schedule *schedules)
{
	size_t count = 0;

	while (schedules != NULL && schedules[count].name != NULL)
		count++;
	return count;
}

const struct problem *
scheduler_register(struct request *req)
{
	size_t total = 0, next = 0;
	const char **names, **kinds;
	int64_t *seconds;

	for (size_t i = 0; i < house.area_count; i++)
		total += schedule_count(house.areas[i].area->schedules);
	names = ARENA_ARRAY(req->arena, total, const char *);
	kinds = ARENA_ARRAY(req->arena, total, const char *);
	seconds = ARENA_ARRAY(req->arena, total, int64_t);
	for (size_t i = 0; i < house.area_count; i++) {
		const struct schedule *schedules = house.areas[i].area->schedules;

		for (size_t k = 0; k < schedule_count(schedules); k++, next++) {
			names[next] = schedules[k].name;
			kinds[next] = schedules[k].kind;
			seconds[next] = schedules[k].seconds;
		}
	}
	sql_schedule_register(
	    req, (struct texts){ names, total }, (struct texts){ kinds, total }, (struct integers){ seconds, total });
	return NULL;
}

const struct problem *
scheduler_is_due(struct request *req, bool *due_r)
{
	struct schedule_is_due_row *row;
	const struct problem *p;

	if ((p = sql_schedule_is_due(req, &row)) == NULL)
		*due_r = row->due;
	return p;
}

static const struct problem *
skip(struct request *req, struct leader_batch *batch)
{
	struct schedule_skip_row *row;
	const struct problem *p;

	if ((p = sql_schedule_skip(req, &row)) != NULL)
		return p;
	batch->done = row->name != NULL;
	if (row->name != NULL)
		log_line(ERROR, req, "scheduler", "a schedule could not be fired; it is skipped until its next slot",
		    { "schedule", .text = row->name });
	return NULL;
}

const struct problem *
scheduler_fire(struct request *req, struct leader_batch *batch)
{
	struct schedule_fire_rows fired;
	const struct problem *p;

	if (batch->quarantine)
		return skip(req, batch);
	if ((p = sql_schedule_fire(req, batch->limit, &fired)) != NULL)
		return p;
	for (size_t i = 0; i < fired.count; i++)
		log_line(DEBUG, req, "scheduler", "fired", { "schedule", .text = fired.items[i].name },
		    { "kind", .text = fired.items[i].kind });
	batch->done = (int32_t)fired.count;
	return NULL;
}
