/*
 * generation.c -- hand-over.  The master forks a child that executes the binary anew and inherits the sockets, the lock
 * and a pipe.  Until the child says "ready" nothing has changed; what else it says (its standard error until it runs,
 * its reasons afterwards) is the message of the WARN line when it is dropped.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/pool/pool.h"
#include "core/pool/service.h"

#define READY "ready\n"
#define READY_WITHIN (10 * SECOND)
#define FIRST_FREE 10 /* inherited descriptors stand above the standard ones and systemd's */

/* A descriptor that the environment names; -1 when it does not. */
static int
inherited(const char *name)
{
	const char *text = getenv(name);
	int fd = text != NULL ? (int)strtol(text, NULL, 10) : -1;

	unsetenv(name);
	if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		return -1;
	return fd;
}

static bool
take_lock(struct master *master)
{
	char path[512];

	if ((master->lock = inherited("STOA_LOCK")) >= 0)
		return true;
	snprintf(path, sizeof(path), "%s/stoad.lock", master->config->global.run_dir);
	master->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
	if (master->lock >= 0 && flock(master->lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	log_line(ERROR, NULL, "master", errno == EWOULDBLOCK ? "another stoad runs here" : "the run directory cannot be used",
	    { "path", .text = path }, { "reason", .text = strerror(errno) });
	return false;
}

bool
generation_begin(struct master *master)
{
	int complaints = inherited("STOA_STDERR");

	master->ready = inherited("STOA_READY");
	if (complaints >= 0) {
		dup2(complaints, STDERR_FILENO);
		close(complaints);
	}
	if (!take_lock(master))
		return false;
	elders_find(master);
	return true;
}

/* In the child: what the next master needs to find. */
static _Noreturn void
become_next(struct master *master, int pipe_end)
{
	char number[16];
	sigset_t none;
	int complaints = fcntl(STDERR_FILENO, F_DUPFD, FIRST_FREE);

	snprintf(number, sizeof(number), "%d", complaints);
	setenv("STOA_STDERR", number, 1);
	dup2(pipe_end, STDERR_FILENO);
	snprintf(number, sizeof(number), "%d", fcntl(pipe_end, F_DUPFD, FIRST_FREE));
	setenv("STOA_READY", number, 1);
	fcntl(master->lock, F_SETFD, 0);
	snprintf(number, sizeof(number), "%d", master->lock);
	setenv("STOA_LOCK", number, 1);
	listeners_hand_on(master);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(master->program, master->argv);
	dprintf(STDERR_FILENO, "%s cannot be executed: %s\n", master->program, strerror(errno));
	_exit(127);
}

void
generation_start(struct master *master)
{
	int64_t now = env_monotonic(&env_system);
	int ends[2];
	pid_t pid;

	if (master->heir != 0) {
		kill(master->heir, SIGHUP);
		return;
	}
	master->again = master->successor.pid != 0 || erase_comes_first(master);
	if (master->again || master->ending || pipe2(ends, O_CLOEXEC) != 0)
		return;
	service_notify("RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now);
	if ((pid = fork()) == 0)
		become_next(master, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		log_line(WARN, NULL, "master", "the next generation cannot be forked", { "reason", .text = strerror(errno) });
		return;
	}
	log_line(INFO, NULL, "master", "the next generation starts", { "pid", .number = pid });
	master->successor = (struct child){ .pid = pid, .pipe = ends[0], .until = now + READY_WITHIN };
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	epoll_ctl(master->epoll, EPOLL_CTL_ADD, ends[0],
	    &(struct epoll_event){ .events = EPOLLIN, .data.ptr = &master->successor });
}

/* From here on only the requests at hand are ours. */
static void
hand_over(struct master *master)
{
	master->heir = master->successor.pid;
	close(master->successor.pipe);
	master->successor = (struct child){ 0 };
	master->drained = true;
	service_notify("MAINPID=%d\nREADY=1", (int)master->heir);
	for (size_t i = 0; i < master->pool_count; i++)
		pool_signal(&master->pools[i], SIGTERM);
	listeners_close(master, true);
	close(master->lock);
	master->lock = -1;
	log_line(INFO, NULL, "master", "the next generation has taken over", { "pid", .number = master->heir });
	if (master->again)
		kill(master->heir, SIGHUP);
	master->again = false;
}

ssize_t
child_hear(struct child *child)
{
	ssize_t length;

	if (child->length + 1 >= sizeof(child->said)) { /* its last words matter most */
		memmove(child->said, child->said + child->length / 2, child->length - child->length / 2);
		child->length -= child->length / 2;
	}
	length = read(child->pipe, child->said + child->length, sizeof(child->said) - 1 - child->length);
	if (length > 0)
		child->length += (size_t)length;
	child->said[child->length] = '\0';
	return length;
}

void
generation_hear(struct master *master)
{
	struct child *next = &master->successor;
	size_t ready = sizeof(READY) - 1;
	ssize_t length = child_hear(next);

	if (next->length >= ready && memcmp(next->said + next->length - ready, READY, ready) == 0)
		hand_over(master);
	else if (length == 0)
		epoll_ctl(master->epoll, EPOLL_CTL_DEL, next->pipe, NULL); /* its end comes as SIGCHLD */
}

void
generation_child_ended(struct master *master, int status)
{
	struct child *next = &master->successor;
	bool again = master->again;

	generation_hear(master);
	if (master->heir != 0) {
		log_line(WARN, NULL, "master", "the master that took over has ended", { "status", .number = status });
		return;
	}
	next->said[strcspn(next->said, "\n")] = '\0';
	log_line(WARN, NULL, "master", "the next generation did not start; this one stays",
	    { "pid", .number = next->pid }, { "said", .text = next->said },
	    { "status", .number = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status) });
	close(next->pipe);
	*next = (struct child){ 0 };
	master->again = false;
	pid_file_write(master); /* it may have written its own already */
	service_notify("READY=1");
	if (again)
		generation_start(master);
}

/* To the master before us, and to nobody when there is none. */
static void
say(struct master *master, const char *text)
{
	if (master->ready < 0)
		return;
	if (write(master->ready, text, strlen(text)) < 0)
		log_line(WARN, NULL, "master", "the master before this one does not listen", { "said", .text = text });
	close(master->ready);
	master->ready = -1;
}

void
generation_failed(struct master *master, const char *why)
{
	if (master->ready < 0)
		return;
	say(master, arena_format(master->arena, "%s\n", why));
	master->ending = true;
	for (size_t i = 0; i < master->pool_count; i++)
		if (master->pools[i].slots != NULL)
			pool_signal(&master->pools[i], SIGTERM);
}

static bool
has_ready_worker(const struct pool *pool)
{
	uint32_t count = (uint32_t)pool->max_children;

	return board_count(pool->slots, count, SLOT_IDLE) + board_count(pool->slots, count, SLOT_BUSY) > 0;
}

void
generation_ready(struct master *master)
{
	master->is_ready = true;
	pid_file_write(master); /* before the old master ends, so that whoever looks after it finds us */
	service_notify("MAINPID=%d\nREADY=1", (int)getpid());
	log_line(INFO, NULL, "master", "ready", { "pools", .number = (int64_t)master->pool_count });
	say(master, READY);
}

void
generation_check(struct master *master, int64_t now)
{
	bool all = true;

	if (master->successor.pid != 0 && now >= master->successor.until) {
		snprintf(master->successor.said, sizeof(master->successor.said), "not ready in %d seconds",
		    (int)(READY_WITHIN / SECOND));
		master->successor.length = strlen(master->successor.said);
		kill(master->successor.pid, SIGKILL);
		master->successor.until = INT64_MAX;
	}
	for (size_t i = 0; i < master->pool_count && !master->is_ready; i++)
		all = all && has_ready_worker(&master->pools[i]);
	if (all && !master->is_ready && !master->ending)
		generation_ready(master);
}

static void
pid_file_path(const struct master *master, char path[static 512])
{
	snprintf(path, 512, "%s/stoad.pid", master->config->global.run_dir);
}

void
pid_file_write(const struct master *master)
{
	char path[512], draft[520];
	FILE *file;

	pid_file_path(master, path);
	snprintf(draft, sizeof(draft), "%s.new", path);
	if ((file = fopen(draft, "we")) == NULL)
		return;
	fprintf(file, "%d\n", (int)getpid());
	if (fclose(file) != 0 || rename(draft, path) != 0)
		log_line(WARN, NULL, "master", "the process id cannot be written", { "path", .text = path });
}

/* Not when it is another master's by now. */
void
pid_file_remove(const struct master *master)
{
	char path[512], text[16] = "";
	FILE *file;

	pid_file_path(master, path);
	if ((file = fopen(path, "re")) == NULL)
		return;
	if (fgets(text, sizeof(text), file) != NULL && strtol(text, NULL, 10) == getpid())
		unlink(path);
	fclose(file);
}
