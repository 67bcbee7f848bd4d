/*
 * erase.c -- an order to erase everything, from the master's side: its file is looked for once a second, and before the
 * first worker is started.  While it is there no worker runs and nobody is served.  A child, `stoad --erase`, does what
 * is to be done; only when it has come to its end is the file removed and the workers start.  So whoever dies, whenever
 * it is, leaves the file, and the next master goes on.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/limit/limit.h"
#include "core/pool/pool.h"
#include "core/pool/service.h"

#define STOP_WITHIN (15 * SECOND) /* what workers hold after that is erased anyway */
#define AGAIN_AFTER (5 * SECOND)

static void
begin(struct master *master, int64_t now)
{
	log_line(WARN, NULL, "erase", "everything is to be erased: the workers are told to end");
	master->erasing = ERASE_STOPS_WORKERS;
	master->eraser.until = now + STOP_WITHIN;
	for (size_t i = 0; i < master->pool_count; i++) {
		pool_signal(&master->pools[i], SIGTERM);
		master->pools[i].look_at = now;
	}
}

bool
erase_comes_first(const struct master *master)
{
	return access(master->erase_order, F_OK) == 0;
}

/* A generation that is not ready yet leaves it to the master before, and that one lets it become ready first. */
void
erase_tick(struct master *master, int64_t now)
{
	bool is_in_charge = !master->drained && !master->ending && master->ready < 0 && master->successor.pid == 0;

	if (master->erasing == NOT_ERASING && is_in_charge && erase_comes_first(master))
		begin(master, now);
	if (master->erasing != NOT_ERASING && !master->is_ready)
		service_notify("EXTEND_TIMEOUT_USEC=30000000");
}

/* It ends with the master, at once: whoever follows starts another. */
static _Noreturn void
become_eraser(struct master *master, int pipe_end, pid_t master_pid)
{
	const char *const arguments[] = { master->argv[0], "--config", master->config->path, "--erase", NULL };
	sigset_t none;

	dup2(pipe_end, STDOUT_FILENO);
	dup2(pipe_end, STDERR_FILENO);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != master_pid)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(master->program, (char *const *)(uintptr_t)arguments);
	dprintf(STDERR_FILENO, "%s cannot be executed\n", master->program);
	_exit(127);
}

static void
start(struct master *master, int64_t now)
{
	pid_t self = getpid(), pid = -1;
	int ends[2];

	master->erasing = ERASE_WAITS;
	master->eraser = (struct child){ .until = now + AGAIN_AFTER };
	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	if ((pid = fork()) == 0)
		become_eraser(master, ends[1], self);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return;
	}
	log_line(WARN, NULL, "erase", "everything is erased now", { "pid", .number = pid });
	master->erasing = ERASE_AT_WORK;
	master->eraser.pid = pid;
	master->eraser.pipe = ends[0];
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	epoll_ctl(master->epoll, EPOLL_CTL_ADD, ends[0],
	    &(struct epoll_event){ .events = EPOLLIN, .data.ptr = &master->eraser });
}

/* Of this generation and of those before it. */
static bool
somebody_works(struct master *master, int64_t now)
{
	elders_tick(master, now);
	return master_has_workers(master) || master->elder_count > 0;
}

static void
kill_workers(struct master *master)
{
	log_line(WARN, NULL, "erase", "workers that did not end are killed");
	for (size_t i = 0; i < master->pool_count; i++)
		pool_signal(&master->pools[i], SIGKILL);
	elders_kill(master);
}

int64_t
erase_check(struct master *master, int64_t now)
{
	struct child *eraser = &master->eraser;

	if (master->ending || master->erasing == NOT_ERASING || master->erasing == ERASE_AT_WORK)
		return INT64_MAX;
	if (master->erasing == ERASE_STOPS_WORKERS && !somebody_works(master, now)) {
		start(master, now);
	} else if (now >= eraser->until && master->erasing == ERASE_STOPS_WORKERS) {
		kill_workers(master);
		eraser->until = now + STOP_WITHIN;
	} else if (now >= eraser->until) {
		start(master, now);
	}
	return eraser->until;
}

/* The last line, if it is a link. */
static const char *
link_in(char *said)
{
	const char *line = strrchr(text_trim(said), '\n');

	line = line != NULL ? line + 1 : said;
	return strstr(line, "#setup=") != NULL ? line : "";
}

static void
finish(struct master *master, int64_t now)
{
	const char *link = link_in(master->eraser.said);

	/* The one secret that is logged on purpose: nobody is left who could be sent it. */
	if (*link != '\0')
		log_line(WARN, NULL, "erase",
		    "everything has been erased; for 30 minutes this link makes the first super user", { "link", .text = link });
	else
		log_line(WARN, NULL, "erase", "the order to erase everything had been carried out before");
	unlink(master->erase_order);
	limit_forget();
	master->erasing = NOT_ERASING;
	for (size_t i = 0; i < master->pool_count; i++)
		master->pools[i].look_at = now;
	if (master->again)
		generation_start(master);
}

void
erase_child_ended(struct master *master, int status)
{
	struct child *eraser = &master->eraser;
	int64_t now = env_monotonic(&env_system);

	while (child_hear(eraser) > 0)
		;
	close(eraser->pipe);
	eraser->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		finish(master, now);
		return;
	}
	log_line(ERROR, NULL, "erase", "the erase did not come to its end; it is tried again",
	    { "said", .text = eraser->said },
	    { "status", .number = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status) });
	master->erasing = ERASE_WAITS;
	eraser->until = now + AGAIN_AFTER;
}
