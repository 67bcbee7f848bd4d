/*
 * growth.c -- how many workers a pool should have now.  It grows by what waits in the kernel's queue: a worker that
 * takes the last idle place wakes the master, which a moment later starts as many workers as there are connections
 * waiting.  It shrinks by FPM's rules, once a second.
 */
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/pool/pool.h"
#include "core/pool/queue_length.h"

#define LOOK_AGAIN (10 * MILLISECOND)
#define PATIENCE (3 * SECOND)     /* an idle worker above max_spare_servers may stay so long */
#define HARD_KILL (2 * SECOND)    /* past the deadline */

static int
idle_or_starting(const struct pool *pool)
{
	uint32_t count = (uint32_t)pool->max_children;

	return (int)(board_count(pool->slots, count, SLOT_IDLE) + board_count(pool->slots, count, SLOT_STARTING));
}

static int
waiting(const struct pool *pool)
{
	struct queue_length length;

	if (pool->listener < 0 || !queue_length(pool->board->family, pool->board->inode, &length))
		return 0;
	board_raise(&pool->board->max_queue, length.waiting);
	return (int)length.waiting;
}

static int
larger(int a, int b)
{
	return a > b ? a : b;
}

static int
wanted(const struct master *master, const struct pool *pool, int idle, int queue)
{
	int for_queue = queue > idle ? queue - idle : 0;

	if (pool->manager == STATIC)
		return pool->max_children - pool->live;
	if (!master->is_ready)
		return larger(pool->start_servers - pool->live, for_queue);
	if (pool->manager == DYNAMIC)
		return larger(pool->min_spare - idle, for_queue);
	return for_queue;
}

/* Its own connections in the master's epoll, until the next one comes: for pools that may have no worker at all. */
static void
watch(struct master *master, struct pool *pool)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLONESHOT, .data.ptr = pool };

	if (pool->watched || pool->listener < 0)
		return;
	pool->watched = true;
	if (epoll_ctl(master->epoll, EPOLL_CTL_MOD, pool->listener, &event) != 0)
		epoll_ctl(master->epoll, EPOLL_CTL_ADD, pool->listener, &event);
}

static void
count_limited(struct pool *pool, bool limited)
{
	if (limited && !pool->limited && pool->manager != STATIC)
		atomic_fetch_add(&pool->board->max_children_reached, 1);
	pool->limited = limited;
}

/* Saturated: look again soon while somebody waits, and at the next connection otherwise. */
static void
plan_look(struct master *master, struct pool *pool, int queue, bool elders, int64_t now)
{
	if (elders)
		pool->look_at = now + LOOK_AGAIN;
	if (pool->manager == STATIC || pool->live >= pool->max_children || idle_or_starting(pool) > 0)
		return;
	if (queue > 0)
		pool->look_at = now + LOOK_AGAIN;
	else
		watch(master, pool);
}

/* While nobody is served, who connects is sent away: nginx says 503 then, and nobody waits for what does not come. */
static void
turn_away(struct master *master, struct pool *pool)
{
	int client;

	while (pool->listener >= 0 && (client = accept4(pool->listener, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		close(client);
	watch(master, pool);
}

void
pool_look(struct master *master, struct pool *pool, int64_t now)
{
	int idle, queue, need, room, elders;

	pool->look_at = 0;
	atomic_store(&pool->board->wanted, 0);
	if (master->ending || master->drained)
		return;
	if (master->erasing != NOT_ERASING) {
		turn_away(master, pool);
		return;
	}
	idle = idle_or_starting(pool);
	queue = idle > 0 ? 0 : waiting(pool);
	need = wanted(master, pool, idle, queue);
	elders = elders_live(master, pool);
	room = pool->max_children - pool->live - elders;
	if (room < 1 && pool->live == 0)
		room = 1;
	count_limited(pool, need > room && elders == 0);
	if (need > 0 && room > 0 && pool->not_before > now) {
		pool->look_at = pool->not_before;
		return;
	}
	for (int i = 0; i < need && i < room; i++)
		if (!pool_spawn(master, pool))
			break;
	plan_look(master, pool, queue, need > room && elders > 0, now);
}

/* Who has been idle longest, and since when. */
static const struct slot *
longest_idle(const struct pool *pool, int64_t *since_r)
{
	const struct slot *found = NULL;

	*since_r = INT64_MAX;
	for (int i = 0; i < pool->max_children; i++) {
		const struct slot *slot = &pool->slots[i];

		if (atomic_load(&slot->state) == SLOT_IDLE && atomic_load(&slot->since) < *since_r) {
			*since_r = atomic_load(&slot->since);
			found = slot;
		}
	}
	return found;
}

/* Never 0, which would be everybody here. */
static void
end_worker(const struct slot *slot)
{
	pid_t pid = atomic_load(&slot->pid);

	if (pid > 0)
		kill(pid, SIGTERM);
}

/* FPM ends one a second; who has been idle for so long is not needed, however many they are. */
static void
end_idle(struct pool *pool, int64_t now)
{
	int64_t timeout = pool->settings->pm_process_idle_timeout * SECOND;

	for (int i = 0; i < pool->max_children; i++) {
		struct slot *slot = &pool->slots[i];

		if (atomic_load(&slot->state) == SLOT_IDLE && now - atomic_load(&slot->since) >= timeout)
			end_worker(slot);
	}
}

/* It may take a connection at this very moment; then it serves that first. */
static void
shrink(struct pool *pool, int64_t now)
{
	int idle = (int)board_count(pool->slots, (uint32_t)pool->max_children, SLOT_IDLE);
	const struct slot *slot;
	int64_t since;

	if (pool->manager == ONDEMAND)
		end_idle(pool, now);
	if (pool->manager != DYNAMIC || idle <= pool->max_spare)
		return;
	slot = longest_idle(pool, &since);
	if (slot != NULL && now - since >= PATIENCE)
		end_worker(slot);
}

/* Once a second. */
void
pool_tick(struct master *master, struct pool *pool, int64_t now)
{
	if (master->ending || master->drained)
		return;
	if (pool->listener >= 0 && board_count(pool->slots, (uint32_t)pool->max_children, SLOT_IDLE) == 0)
		waiting(pool); /* for "max listen queue" */
	if (master->is_ready)
		shrink(pool, now);
	if (pool->look_at == 0)
		pool_look(master, pool, now);
}

/* The worker answers 504 by itself at its deadline; one that cannot is killed.  When the next would be. */
int64_t
pool_kill_late(struct pool *pool, int64_t now)
{
	int64_t next = INT64_MAX;

	for (int i = 0; i < pool->max_children; i++) {
		struct slot *slot = &pool->slots[i];
		int64_t deadline = atomic_load(&slot->deadline);
		pid_t pid = atomic_load(&slot->pid);

		if (deadline == 0 || pid == 0)
			continue;
		if (deadline + HARD_KILL > now) {
			next = deadline + HARD_KILL < next ? deadline + HARD_KILL : next;
			continue;
		}
		log_line(WARN, NULL, "master", "a worker past its deadline is killed",
		    { "pool", .text = pool->row->name }, { "pid", .number = pid }, { "method", .text = slot->method },
		    { "route", .text = slot->target }, { "request_id", .text = slot->id },
		    { "milliseconds", .number = (now - atomic_load(&slot->since)) / MILLISECOND });
		atomic_store(&slot->deadline, 0);
		kill(pid, SIGKILL);
	}
	return next;
}
