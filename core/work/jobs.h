/*
 * jobs.h -- what a worker of a job pool does, turn by turn.  worker_run_jobs is this in a loop; tests and
 * benchmarks take the turns themselves.
 */
#ifndef STOA_WORK_JOBS_H
#define STOA_WORK_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct env;
struct jobs;
struct worker;

/* `worker` needs config and area; slot may be NULL, signals -1. */
struct jobs *jobs_open(struct worker *worker, const struct env *env);
void jobs_close(struct jobs *jobs);

struct jobs_turn {
	size_t ran;  /* jobs whose handler was called */
	bool ended;  /* told to end; what was claimed and not begun waits again */
	bool failed; /* the database does not answer */
};
/* Rescues when it is time, claims once, runs what it got. */
struct jobs_turn jobs_turn(struct jobs *jobs);

#endif
