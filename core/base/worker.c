/* worker.c -- how a worker waits: for its work, for a signal, or for the time. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/worker.h"

/* All signals are blocked for life and arrive here only, so nothing ever interrupts a read or a write. */
static bool
told_to_end(const struct worker *worker)
{
	struct signalfd_siginfo signal;
	bool ended = false;

	while (read(worker->signals, &signal, sizeof(signal)) == (ssize_t)sizeof(signal)) {
		if (signal.ssi_signo == SIGUSR1)
			log_reopen();
		else
			ended = true;
	}
	return ended;
}

/* A signal to open the log again is no reason to return early: the rest of the time is waited. */
struct worker_wait
worker_wait(struct worker *worker, int fd, int milliseconds)
{
	int64_t until = env_monotonic(&env_system) + milliseconds * MILLISECOND;
	struct worker_wait seen = { 0 };

	for (;;) {
		struct pollfd polled[] = {
			{ .fd = worker->signals, .events = POLLIN },
			{ .fd = fd, .events = POLLIN },
		};
		int ready = poll(polled, 2, milliseconds);

		if (ready < 0 && errno != EINTR)
			return seen;
		if (ready > 0 && polled[0].revents != 0)
			seen.ended = told_to_end(worker);
		seen.readable = ready > 0 && polled[1].revents != 0;
		if (ready == 0 || seen.ended || seen.readable)
			return seen;
		if (milliseconds >= 0) {
			int64_t left = until - env_monotonic(&env_system);

			milliseconds = left > 0 ? (int)(left / MILLISECOND) : 0;
		}
	}
}
