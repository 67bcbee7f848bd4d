/* lead.c -- a worker of a leader pool: the leaders of its area, one turn after the other. */
#include "core/work/lead.h"

#include <stddef.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/worker.h"
#include "core/db/db.h"
#include "core/web/route.h"
#include "core/work/leader.h"

struct led {
	struct leadership *lead;
	int64_t next; /* its next turn, by env_monotonic */
};

static size_t
leader_count(const struct area *area)
{
	size_t count = 0;

	while (area->leaders != NULL && area->leaders[count].name != NULL)
		count++;
	return count;
}

/* Whose turn it is next. */
static struct led *
earliest(struct led *list, size_t count)
{
	struct led *first = &list[0];

	for (size_t i = 1; i < count; i++)
		if (list[i].next < first->next)
			first = &list[i];
	return first;
}

static int
milliseconds_until(int64_t when)
{
	int64_t left = when - env_monotonic(&env_system);

	return left <= 0 ? 0 : (int)((left + MILLISECOND - 1) / MILLISECOND);
}

/* A notification ends the rest of those that listen. */
static void
wake(struct led *list, size_t count, const struct leader *leaders)
{
	for (size_t i = 0; i < count; i++)
		if (leaders[i].wake != NULL && lead_leads(list[i].lead))
			list[i].next = 0;
}

static struct led *
open_leaders(struct worker *worker, struct arena *arena, struct db *db, size_t count)
{
	const struct leader *leaders = worker->area->leaders;
	struct led *list = ARENA_ARRAY(arena, count, struct led);

	for (size_t i = 0; i < count; i++) {
		list[i].lead = lead_open(worker, &env_system, db, &leaders[i]);
		if (leaders[i].wake != NULL)
			db_listen(db, leaders[i].wake);
	}
	return list;
}

void
worker_lead(struct worker *worker)
{
	size_t count = leader_count(worker->area);
	struct arena *arena = arena_new();
	struct db *db = db_new(worker->config, arena_format(arena, "stoa_%s", worker->area->name));
	struct led *list = open_leaders(worker, arena, db, count);
	struct worker_wait wait = { 0 };

	db_describe(worker->pool->name, 0);
	while (count == 0 && !wait.ended)
		wait = worker_wait(worker, -1, 1000);
	while (!wait.ended) {
		struct led *led = earliest(list, count);

		wait = worker_wait(worker, db_socket(db), milliseconds_until(led->next));
		if (wait.readable && db_notified(db))
			wake(list, count, worker->area->leaders);
		else if (!wait.readable && !wait.ended)
			led->next = lead_turn(led->lead);
	}
	for (size_t i = 0; i < count; i++)
		lead_close(list[i].lead);
	db_free(db);
	arena_free(arena);
}
