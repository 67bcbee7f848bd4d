/* spawn.c -- a worker's birth, and what its death means for the next one. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/base/worker.h"
#include "core/config/config.h"
#include "core/metric/metric.h"
#include "core/pool/pool.h"

#define BACKOFF_FIRST (50 * MILLISECOND)
#define BACKOFF_LAST (5 * SECOND)
#define BIRTHS_PER_SECOND 100
#define GROWN_UP (10 * SECOND) /* whoever lived longer was no stillbirth */

static struct slot *
free_slot(const struct pool *pool)
{
	for (int i = 0; i < pool->max_children; i++)
		if (atomic_load(&pool->slots[i].pid) == 0)
			return &pool->slots[i];
	return NULL;
}

/* What the master holds is none of a worker's business; an inherited lock would outlive the master. */
static void
let_go(const struct master *master, const struct pool *pool)
{
	close(master->epoll);
	close(master->signals);
	close(master->lock);
	if (master->ready >= 0)
		close(master->ready);
	if (master->successor.pid != 0)
		close(master->successor.pipe);
	for (size_t i = 0; i < master->elder_count; i++)
		close(master->elders[i].descriptor);
	for (size_t i = 0; i < master->pool_count; i++)
		if (&master->pools[i] != pool && master->pools[i].listener >= 0)
			close(master->pools[i].listener);
}

/* Only what says that the process itself is broken still interrupts it. */
static int
block_signals(void)
{
	static const int faults[] = { SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS };
	sigset_t all, wanted;

	sigfillset(&all);
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		sigdelset(&all, faults[i]);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGUSR1);
	return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void
live(struct worker *worker)
{
	switch (worker->pool->kind) {
	case LISTENER:
		worker_serve(worker);
		return;
	case JOBS:
		worker_run_jobs(worker);
		return;
	case LEADER:
		worker_lead(worker);
		return;
	case HELPER:
		worker_exchange_limits(worker);
		return;
	case POOL_KIND_UNSET:
		return;
	}
}

static _Noreturn void
be_born(struct master *master, struct pool *pool, struct slot *slot, pid_t master_pid)
{
	struct worker worker = { .config = master->config, .house = master->house, .pool = pool->row,
		.settings = pool->settings, .area = pool->area, .board = pool->board, .slots = pool->slots,
		.slot = slot, .growth = master->growth, .listener = pool->listener };
	char name[16];

	worker.signals = block_signals();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != master_pid)
		_exit(0); /* it died before we could be told */
	let_go(master, pool);
	snprintf(name, sizeof(name), "stoad:%s", pool->row->name);
	prctl(PR_SET_NAME, name);
	log_service("stoad", master->config->global.environment, pool->row->name);
	metric_pool(pool->row);
	if (pool->row->kind != LISTENER) {
		slot_idle(slot, env_monotonic(&env_system));
		eventfd_write(worker.growth, 1);
	}
	live(&worker);
	_exit(0);
}

bool
pool_spawn(struct master *master, struct pool *pool)
{
	struct slot *slot = free_slot(pool);
	pid_t self = getpid(), pid;

	if (slot == NULL)
		return false;
	slot_clear(slot);
	atomic_store(&slot->started, env_now(&env_system).micros / SECOND);
	atomic_store(&slot->since, env_monotonic(&env_system));
	atomic_store(&slot->state, SLOT_STARTING);
	if ((pid = fork()) == 0)
		be_born(master, pool, slot, self);
	if (pid < 0) {
		slot_clear(slot);
		log_line(WARN, NULL, "master", "no worker can be started", { "pool", .text = pool->row->name });
		pool->not_before = env_monotonic(&env_system) + BACKOFF_LAST;
		return false;
	}
	atomic_store(&slot->pid, pid);
	pool->live++;
	atomic_store(&pool->board->live, (uint32_t)pool->live);
	return true;
}

void
pool_signal(struct pool *pool, int signal)
{
	for (int i = 0; i < pool->max_children; i++) {
		pid_t pid = atomic_load(&pool->slots[i].pid);

		if (pid != 0)
			kill(pid, signal);
	}
}

int64_t
pool_may_spawn_at(const struct pool *pool, int64_t now)
{
	return pool->not_before > now ? pool->not_before : now;
}

/*
 * A worker that died at birth will do so again: wait longer each time.  One that died in a request says something
 * about that request only, and the others need the place at once; the budget keeps a storm from eating the host.
 */
static void
plan_replacement(struct pool *pool, bool stillborn, int64_t now)
{
	if (stillborn) {
		unsigned doublings = pool->stillborn < 7 ? pool->stillborn : 7;
		int64_t wait = BACKOFF_FIRST << doublings;

		pool->stillborn++;
		pool->not_before = now + (wait < BACKOFF_LAST ? wait : BACKOFF_LAST);
		return;
	}
	pool->stillborn = 0;
	if (now - pool->births_from >= SECOND) {
		pool->births_from = now;
		pool->births = 0;
	}
	if (++pool->births > BIRTHS_PER_SECOND)
		pool->not_before = pool->births_from + SECOND;
}

static void
tell_death(const struct pool *pool, const struct slot *slot, pid_t pid, int status)
{
	log_line(WARN, NULL, "master", "a worker died", { "pool", .text = pool->row->name }, { "pid", .number = pid },
	    { "signal", .number = WIFSIGNALED(status) ? WTERMSIG(status) : 0 },
	    { "status", .number = WIFEXITED(status) ? WEXITSTATUS(status) : 0 },
	    { "method", .text = slot->method }, { "route", .text = slot->target }, { "request_id", .text = slot->id });
}

static void
bury(struct master *master, struct pool *pool, struct slot *slot, int status)
{
	int64_t now = env_monotonic(&env_system);
	pid_t pid = atomic_load(&slot->pid);
	bool busy = atomic_load(&slot->state) == SLOT_BUSY;
	bool young = env_now(&env_system).micros - atomic_load(&slot->started) * SECOND < GROWN_UP;
	bool told = master->ending || master->drained || master->erasing != NOT_ERASING;
	bool stillborn = !busy && young && atomic_load(&slot->requests) == 0;
	bool well = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (!well)
		tell_death(pool, slot, pid, status);
	slot_clear(slot);
	pool->live--;
	atomic_store(&pool->board->live, (uint32_t)pool->live);
	if (told)
		return;
	/* A listener's worker that goes in peace was told to; one without a listener has no reason to go. */
	if (!well || (stillborn && pool->row->kind != LISTENER))
		plan_replacement(pool, stillborn, now);
	if (!well && stillborn && !master->is_ready)
		generation_failed(master, "a worker died while it started");
	pool->look_at = pool_may_spawn_at(pool, now);
}

static bool
bury_worker(struct master *master, pid_t pid, int status)
{
	for (size_t i = 0; i < master->pool_count; i++) {
		struct pool *pool = &master->pools[i];

		for (int k = 0; k < pool->max_children; k++) {
			if (atomic_load(&pool->slots[k].pid) != pid)
				continue;
			bury(master, pool, &pool->slots[k], status);
			return true;
		}
	}
	return false;
}

void
master_reap(struct master *master)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == master->successor.pid)
			generation_child_ended(master, status);
		else if (pid == master->eraser.pid)
			erase_child_ended(master, status);
		else if (!bury_worker(master, pid, status) && pid == master->heir)
			log_line(WARN, NULL, "master", "the master that took over has ended", { "pid", .number = pid },
			    { "status", .number = status });
	}
}
