/*
 * worker.h -- a worker's life, by the kind of its pool.  None of these returns before it is told to end.
 */
#ifndef STOA_BASE_WORKER_H
#define STOA_BASE_WORKER_H

#include <stdbool.h>

struct area;
struct config;
struct config_pool;
struct house;
struct pool_board;
struct pool_row;
struct slot;

/* What a worker is born with. */
struct worker {
	const struct config *config;
	const struct house *house;
	const struct pool_row *pool;
	const struct config_pool *settings;
	const struct area *area;
	struct pool_board *board; /* its pool's part of the scoreboard */
	const struct slot *slots; /* all places of its pool */
	struct slot *slot;        /* its own: core/pool/scoreboard.h */
	int growth;               /* eventfd: wakes the master */
	int listener;      /* -1: a pool without one */
	int signals;       /* signalfd: SIGTERM ends after the work at hand, SIGUSR1 opens the log again */
};

void worker_serve(struct worker *worker);       /* core/pool/serve.c: LISTENER */
void worker_run_jobs(struct worker *worker);    /* core/work/jobs.c: JOBS */
void worker_lead(struct worker *worker);        /* core/work/leader.c: LEADER */
void worker_exchange_limits(struct worker *worker); /* core/limit/exchange.c: HELPER */

/* Waits for `fd` (or none: -1) to be readable, a signal, or the time; whether it was told to end.  Opens logs anew by itself. */
struct worker_wait {
	bool ended;    /* SIGTERM: finish and return */
	bool readable;
};
struct worker_wait worker_wait(struct worker *worker, int fd, int milliseconds);

#endif
