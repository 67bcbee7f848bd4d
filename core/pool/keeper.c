/*
 * keeper.c -- starts programs and starts again what dies, for development, where no systemd does.  It is a subreaper:
 * what its programs leave behind becomes its own child, and a master that replaces itself (stoad at a reload) is
 * followed by its pid file.  Each program is watched through a pidfd, which also works for those who are not our
 * children.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/pool/keeper.h"

#define AGAIN_FIRST (100 * MILLISECOND)
#define AGAIN_LAST (5 * SECOND)
#define SETTLED (10 * SECOND) /* whoever lived so long may die again without a longer wait */

struct keeper {
	struct arena *arena;
	const char *path;
	struct kept list[KEPT_MAX];
	size_t count;
	int signals;
	bool ending;
};

static int64_t
now(void)
{
	return env_monotonic(&env_system);
}

static void
say(enum log_level level, const struct kept *kept, const char *what, pid_t pid)
{
	log_line(level, NULL, "keeper", what, { "name", .text = kept->name }, { "pid", .number = pid });
}

static bool
become_user(const char *name)
{
	const struct passwd *user;

	if (name == NULL)
		return true;
	user = getpwnam(name);
	return user != NULL && initgroups(name, user->pw_gid) == 0 && setgid(user->pw_gid) == 0 &&
	    setuid(user->pw_uid) == 0;
}

/* Its own process group, so that what it leaves behind can be found; it ends when the keeper is killed. */
static _Noreturn void
become(const struct kept *kept, pid_t keeper)
{
	sigset_t none;
	int log;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (kept->log != NULL && (log = open(kept->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640)) >= 0) {
		dup2(log, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
	}
	if (!become_user(kept->user)) {
		dprintf(STDERR_FILENO, "stoad --keep: %s: cannot become user %s\n", kept->name, kept->user);
		_exit(126);
	}
	prctl(PR_SET_PDEATHSIG, kept->stop_signal); /* after the change of user, which would clear it */
	if (getppid() != keeper)
		_exit(0);
	execvp(kept->argv[0], kept->argv);
	dprintf(STDERR_FILENO, "stoad --keep: %s: %s: %s\n", kept->name, kept->argv[0], strerror(errno));
	_exit(127);
}

static void
watch(struct kept *kept, pid_t pid)
{
	if (kept->watch >= 0)
		close(kept->watch);
	kept->pid = pid;
	kept->watch = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	if (kept->watch >= 0)
		fcntl(kept->watch, F_SETFD, FD_CLOEXEC);
}

static void
start(struct kept *kept)
{
	pid_t keeper = getpid(), pid;

	kept->again_at = 0;
	if (kept->group > 0 && kept->holds_port)
		killpg(kept->group, SIGKILL);
	if ((pid = fork()) == 0)
		become(kept, keeper);
	if (pid < 0) {
		kept->again_at = now() + AGAIN_LAST;
		return;
	}
	setpgid(pid, pid);
	kept->group = pid;
	kept->started_at = now();
	watch(kept, pid);
	say(INFO, kept, "started", pid);
}

/* A pid file may name a process that has gone, or one that has nothing to do with us: only a living one counts. */
static pid_t
successor_of(const struct kept *kept)
{
	FILE *file = kept->pidfile != NULL ? fopen(kept->pidfile, "re") : NULL;
	char text[32] = "";
	long pid;

	if (file == NULL)
		return 0;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	pid = strtol(text, NULL, 10);
	if (pid <= 1 || pid == kept->pid || getpgid((pid_t)pid) != kept->group)
		return 0;
	return (pid_t)pid;
}

static void
has_died(struct keeper *keeper, struct kept *kept)
{
	pid_t next = successor_of(kept);
	int64_t wait;

	if (next > 0) {
		watch(kept, next);
		kept->started_at = now();
		say(INFO, kept, "handed over", next);
		return;
	}
	log_line(keeper->ending ? INFO : WARN, NULL, "keeper", keeper->ending ? "stopped" : "died",
	    { "name", .text = kept->name }, { "pid", .number = kept->pid },
	    { "signal", .number = WIFSIGNALED(kept->status) ? WTERMSIG(kept->status) : 0 },
	    { "status", .number = WIFEXITED(kept->status) ? WEXITSTATUS(kept->status) : 0 });
	watch(kept, 0);
	killpg(kept->group, SIGTERM);
	if (now() - kept->started_at >= SETTLED)
		kept->failures = 0;
	wait = AGAIN_FIRST << (kept->failures < 6 ? kept->failures : 6);
	kept->failures++;
	if (!keeper->ending)
		kept->again_at = now() + (wait < AGAIN_LAST ? wait : AGAIN_LAST);
}

/* Orphans that came to us are buried with the rest. */
static void
reap(struct keeper *keeper)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < keeper->count; i++)
			if (keeper->list[i].pid == pid)
				keeper->list[i].status = status;
}

/* Whether the watched process has ended; without a pidfd, it had before we looked. */
static bool
is_gone(const struct kept *kept, int milliseconds)
{
	struct pollfd watched = { .fd = kept->watch, .events = POLLIN };

	if (kept->watch < 0)
		return true;
	return poll(&watched, 1, milliseconds) == 1;
}

static void
stop(struct keeper *keeper, struct kept *kept)
{
	int64_t until = now() + kept->grace;

	kept->again_at = 0;
	while (kept->pid > 0) {
		kill(kept->pid, kept->stop_signal);
		while (!is_gone(kept, 50) && now() < until)
			reap(keeper);
		if (!is_gone(kept, 0)) {
			killpg(kept->group, SIGKILL);
			kill(kept->pid, SIGKILL);
			is_gone(kept, 1000);
		}
		reap(keeper);
		has_died(keeper, kept); /* a successor, if there is one, is asked as well */
		kept->again_at = 0;
	}
	if (kept->group > 0 && kept->holds_port)
		killpg(kept->group, SIGKILL);
}

static void
stop_all(struct keeper *keeper)
{
	keeper->ending = true;
	for (size_t i = keeper->count; i > 0; i--)
		stop(keeper, &keeper->list[i - 1]);
}

static struct kept *
same_line(struct kept *list, size_t count, const struct kept *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].line, wanted->line) == 0)
			return &list[i];
	return NULL;
}

/* What stands in the file as before goes on undisturbed. */
static void
read_again(struct keeper *keeper)
{
	struct kept list[KEPT_MAX];
	size_t count;

	if (!keeper_file_read(keeper->arena, keeper->path, list, &count))
		return;
	keeper->ending = true;
	for (size_t i = keeper->count; i > 0; i--)
		if (same_line(list, count, &keeper->list[i - 1]) == NULL)
			stop(keeper, &keeper->list[i - 1]);
	keeper->ending = false;
	for (size_t i = 0; i < count; i++) {
		const struct kept *known = same_line(keeper->list, keeper->count, &list[i]);

		if (known != NULL)
			list[i] = *known;
		else
			list[i].again_at = now();
	}
	memcpy(keeper->list, list, sizeof(list));
	keeper->count = count;
}

static int
milliseconds_left(const struct keeper *keeper)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < keeper->count; i++)
		if (keeper->list[i].again_at != 0 && keeper->list[i].again_at < next)
			next = keeper->list[i].again_at;
	if (next == INT64_MAX)
		return -1;
	next -= now();
	return next > 0 ? (int)(next / MILLISECOND) + 1 : 0;
}

static void
wait_for_news(const struct keeper *keeper)
{
	struct pollfd polled[KEPT_MAX + 1] = { { .fd = keeper->signals, .events = POLLIN } };

	for (size_t i = 0; i < keeper->count; i++)
		polled[i + 1] = (struct pollfd){ .fd = keeper->list[i].watch, .events = POLLIN };
	poll(polled, keeper->count + 1, milliseconds_left(keeper));
}

static void
hear_signals(struct keeper *keeper)
{
	struct signalfd_siginfo signal;

	while (!keeper->ending && read(keeper->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (signal.ssi_signo == SIGTERM || signal.ssi_signo == SIGINT)
			stop_all(keeper);
		else if (signal.ssi_signo == SIGHUP)
			read_again(keeper);
	}
}

static void
keep(struct keeper *keeper)
{
	while (!keeper->ending) {
		wait_for_news(keeper);
		reap(keeper);
		hear_signals(keeper);
		for (size_t i = 0; i < keeper->count && !keeper->ending; i++) {
			struct kept *kept = &keeper->list[i];

			if (kept->pid > 0 && is_gone(kept, 0))
				has_died(keeper, kept);
			if (kept->again_at != 0 && kept->again_at <= now())
				start(kept);
		}
	}
}

int
keep_command(const struct command_line *line)
{
	static const int heard[] = { SIGTERM, SIGINT, SIGHUP, SIGCHLD };
	struct keeper keeper = { .arena = line->arena, .path = line->arguments[0] };
	sigset_t set;

	if (keeper.path == NULL) {
		fprintf(stderr, "usage: stoad --keep FILE\n");
		return 2;
	}
	if (!keeper_file_read(keeper.arena, keeper.path, keeper.list, &keeper.count))
		return 2;
	log_service("keeper", "", "");
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(heard) / sizeof(heard[0]); i++)
		sigaddset(&set, heard[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	keeper.signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (size_t i = 0; i < keeper.count; i++)
		start(&keeper.list[i]);
	keep(&keeper);
	return 0;
}
