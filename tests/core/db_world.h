/*
 * db_world.h -- what the tests of core/db share: a request whose database is reached through a proxy that fails on
 * demand, the owner's connection past it, and the schema `db_test` that both know.  The environment's database
 * must be reached over a unix socket.
 */
#ifndef STOA_TESTS_CORE_DB_WORLD_H
#define STOA_TESTS_CORE_DB_WORLD_H

#include <stdint.h>

#include "core/base/request.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/db/link.h"
#include "core/web/problem.h"
#include "tests/core/proxy.h"
#include "tests/statements/sample/queries.h"

struct world {
	struct arena *arena;  /* the whole test's */
	struct config config; /* its database_url leads to the proxy */
	const char *direct;
	PGconn *owner;
	struct proxy *proxy;
	char folder[32];
	struct request req;
};
extern struct world world;

int world_begin(void **state);
int world_end(void **state);
int request_begin(void **state);
int request_end(void **state);

/* The request's deadline, from now. */
void later(int64_t milliseconds);
void owner_does(const char *sql);
int64_t owner_counts(const char *sql);
/* The request's own server process, and its sudden end. */
int64_t backend(void);
void backend_dies(int64_t pid);
void then_it_works(void);
void then_problem(const struct problem *problem, enum problem_id id);

#endif
