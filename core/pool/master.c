/* master.c -- the master's loop: signals, children, time. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/db/erase.h"
#include "core/limit/limit.h"
#include "core/metric/metric.h"
#include "core/pool/master.h"
#include "core/pool/pool.h"
#include "core/pool/service.h"
#include "core/trust/key.h"

#define TICK SECOND
/* Short bursts that the workers clear by themselves start nobody. */
#define LOOK_SOON (5 * MILLISECOND)

/* What epoll tells apart besides pools and children. */
static char is_signal, is_growth;

static void
open_log(const struct config *config)
{
	static const char *const names[] = { [DEBUG] = "debug", [INFO] = "info", [WARN] = "warn", [ERROR] = "error" };

	log_service("stoad", config->global.environment, "");
	for (enum log_level level = DEBUG; level <= ERROR; level++)
		if (config->global.log_level != NULL && strcmp(config->global.log_level, names[level]) == 0)
			log_level_set(level);
	if (!log_open(config->global.log))
		log_line(WARN, NULL, "master", "the log cannot be opened", { "path", .text = config->global.log });
}

static int
open_signals(void)
{
	static const int ours[] = { SIGHUP, SIGUSR1, SIGUSR2, SIGTERM, SIGQUIT, SIGINT, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		sigaddset(&set, ours[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool
open_events(struct master *master)
{
	master->epoll = epoll_create1(EPOLL_CLOEXEC);
	master->signals = open_signals();
	master->growth = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (master->epoll < 0 || master->signals < 0 || master->growth < 0)
		return false;
	return epoll_ctl(master->epoll, EPOLL_CTL_ADD, master->signals,
		   &(struct epoll_event){ .events = EPOLLIN, .data.ptr = &is_signal }) == 0 &&
	    epoll_ctl(master->epoll, EPOLL_CTL_ADD, master->growth,
		&(struct epoll_event){ .events = EPOLLIN, .data.ptr = &is_growth }) == 0;
}

/* The path, not the file: after an upgrade another binary lies there; it may even have come while we started. */
static void
find_program(struct master *master)
{
	ssize_t length = readlink("/proc/self/exe", master->program, sizeof(master->program) - 1);
	char *deleted;

	if (length < 0)
		snprintf(master->program, sizeof(master->program), "%s", master->argv[0]);
	if ((deleted = strstr(master->program, " (deleted)")) != NULL)
		*deleted = '\0';
}

static bool
prepare(struct master *master)
{
	const struct config *config = master->config;

	find_program(master);
	master->erase_order = erase_order_path(master->arena, config);
	open_log(config);
	mkdir(config->global.run_dir, 0750);
	if (!generation_begin(master))
		return false;
	if (!key_open(config)) {
		generation_failed(master, "the secret keys cannot be read");
		return false;
	}
	if (!connections_fit(config, master->house)) {
		generation_failed(master, "PostgreSQL does not allow as many connections as this configuration needs");
		return false;
	}
	if (!metric_open(config, master->house) || !limit_open(config) || !pools_open(master) ||
	    !scoreboard_create(&master->scoreboard, config->global.run_dir, master->pools, master->pool_count)) {
		generation_failed(master, "shared memory cannot be made in the run directory, or no pool runs here");
		return false;
	}
	if (!listeners_open(master) || !open_events(master))
		return false;
	master->watchdog = service_watchdog();
	return true;
}

static void
end_workers(struct master *master)
{
	master->ending = true;
	service_notify("STOPPING=1");
	if (master->successor.pid != 0)
		kill(master->successor.pid, SIGTERM);
	for (size_t i = 0; i < master->pool_count; i++)
		pool_signal(&master->pools[i], SIGTERM);
}

static void
open_logs_again(struct master *master)
{
	log_reopen();
	for (size_t i = 0; i < master->pool_count; i++)
		pool_signal(&master->pools[i], SIGUSR1);
}

static void
hear_signals(struct master *master)
{
	struct signalfd_siginfo signal;

	while (read(master->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		switch (signal.ssi_signo) {
		case SIGCHLD:
			break;
		case SIGHUP:
		case SIGUSR2:
			generation_start(master);
			break;
		case SIGUSR1:
			open_logs_again(master);
			break;
		default:
			if (!master->drained)
				end_workers(master);
		}
	}
	master_reap(master);
}

static void
hear_growth(struct master *master, int64_t now)
{
	eventfd_t count;

	eventfd_read(master->growth, &count);
	for (size_t i = 0; i < master->pool_count; i++) {
		struct pool *pool = &master->pools[i];

		if (atomic_load(&pool->board->wanted) != 0 && pool->look_at == 0)
			pool->look_at = now + LOOK_SOON;
	}
}

static void
hear(struct master *master, void *what, int64_t now)
{
	if (what == &is_signal) {
		hear_signals(master);
	} else if (what == &is_growth) {
		hear_growth(master, now);
	} else if (what == &master->successor) {
		if (master->successor.pid != 0)
			generation_hear(master);
	} else if (what == &master->eraser) {
		if (master->eraser.pid != 0)
			child_hear(&master->eraser);
	} else {
		struct pool *pool = what;

		pool->watched = false;
		if (pool->look_at == 0)
			pool->look_at = pool->live > 0 ? now + LOOK_SOON : now;
	}
}

static int64_t
earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void
tick(struct master *master, int64_t now)
{
	if (now < master->tick_at)
		return;
	master->tick_at = now + TICK;
	elders_tick(master, now);
	erase_tick(master, now); /* before any worker is started */
	for (size_t i = 0; i < master->pool_count; i++)
		pool_tick(master, &master->pools[i], now);
}

/* Does what is due; when it should be called next. */
static int64_t
do_due(struct master *master, int64_t now)
{
	int64_t next;

	tick(master, now);
	next = master->tick_at;
	for (size_t i = 0; i < master->pool_count; i++) {
		struct pool *pool = &master->pools[i];

		if (pool->look_at != 0 && pool->look_at <= now)
			pool_look(master, pool, now);
		if (pool->look_at != 0)
			next = earlier(next, pool->look_at);
		next = earlier(next, pool_kill_late(pool, now));
	}
	generation_check(master, now);
	next = earlier(next, erase_check(master, now));
	if (master->successor.pid != 0)
		next = earlier(next, master->successor.until);
	if (master->watchdog > 0 && !master->drained && now >= master->watchdog_at) {
		service_notify("WATCHDOG=1");
		master->watchdog_at = now + master->watchdog;
	}
	return master->watchdog > 0 ? earlier(next, master->watchdog_at) : next;
}

bool
master_has_workers(const struct master *master)
{
	for (size_t i = 0; i < master->pool_count; i++)
		if (master->pools[i].live > 0)
			return true;
	return false;
}

/* Ends when told to, with the last worker. */
static void
run(struct master *master)
{
	while (!(master->ending || master->drained) || master_has_workers(master)) {
		struct epoll_event events[16];
		int64_t now = env_monotonic(&env_system), next = do_due(master, now);
		int64_t wait = next > now ? (next - now + MILLISECOND - 1) / MILLISECOND : 0;
		int count = epoll_wait(master->epoll, events, 16, (int)wait);

		now = env_monotonic(&env_system);
		for (int i = 0; i < count; i++)
			hear(master, events[i].data.ptr, now);
	}
}

int
master_run(const struct config *config, const struct house *house, char *const *argv)
{
	static struct master master;
	bool prepared;

	master = (struct master){ .config = config, .house = house, .argv = argv, .arena = arena_new(), .lock = -1,
		.epoll = -1, .signals = -1, .growth = -1, .ready = -1, .scoreboard.descriptor = -1 };
	if ((prepared = prepare(&master))) {
		if (master.ready < 0)
			pid_file_write(&master);
		run(&master);
	}
	scoreboard_remove(&master.scoreboard);
	pid_file_remove(&master);
	/* A socket that came from another master, or went to one, is theirs. */
	listeners_close(&master, master.drained || !master.is_ready);
	log_line(INFO, NULL, "master", "ended");
	return prepared && master.is_ready ? 0 : 1;
}
