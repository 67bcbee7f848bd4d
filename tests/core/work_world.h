/*
 * work_world.h -- what the tests of core/work against a real PostgreSQL stand on: the running environment's
 * configuration, its owner's connection, and a schema of their own for effects.  They work as the area `ops`, which
 * has neither job pools nor leaders, so the environment's own workers do not take part.
 */
#ifndef STOA_TESTS_CORE_WORK_WORLD_H
#define STOA_TESTS_CORE_WORK_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/request.h"
#include "core/base/worker.h"
#include "core/web/route.h"

struct world {
	struct arena *arena;
	const struct config *config;
	struct pg_conn *owner;
	struct worker worker;
};

/* Exits 77 unless STOA_TEST_CONFIG names the stoa.conf of a running environment. */
void world_required(void);
struct world *world_new(const struct area *area);
void world_free(struct world *w);
/* Empties the tests' tables, their jobs and their leaders. */
void world_clear(struct world *w);

/* As the owner; the first column of the first row, which lives as long as the world. */
const char *ask(struct world *w, const char *sql);
long ask_number(struct world *w, const char *sql);
void run_sql(struct world *w, const char *sql);

/* A line in work_test.effect, queued in the request's transaction. */
void effect_later(struct request *req, const char *note);
/* The statement by hand, in the request's transaction; no rows. */
const struct problem *run_in(struct request *req, const char *sql);

/* A process of its own; its exit status is `life`'s result. */
pid_t child(struct world *w, int (*life)(struct world *w));
int child_status(pid_t pid);

#endif
