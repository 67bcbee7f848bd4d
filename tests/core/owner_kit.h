/*
 * owner_kit.h -- the database of the running environment as its owner sees it, who may do more than any area: for tests
 * of what a schema itself promises.
 */
#ifndef STOA_TESTS_CORE_OWNER_KIT_H
#define STOA_TESTS_CORE_OWNER_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libpq-fe.h>

#include "core/base/arena.h"

extern PGconn *owner;
extern struct arena *owner_arena;

/* What main() returns: 77 (skipped) unless STOA_TEST_CONFIG names the stoa.conf of a test environment. */
#define owner_tests(tests) owner_run_tests(#tests, tests, sizeof(tests) / sizeof((tests)[0]))
int owner_run_tests(const char *name, const struct CMUnitTest *tests, size_t count);

/* Set-up and tear-down of a test that leaves nothing behind: a transaction that is rolled back. */
int owner_begin(void **state);
int owner_rollback(void **state);

void owner_run(const char *sql);
/* The one value that it answers. */
const char *owner_ask(const char *sql);
void owner_says(const char *sql, const char *wanted);
/* It fails, naming this constraint, or for whatever reason when that is NULL.  Inside a transaction. */
void owner_is_refused(const char *sql, const char *constraint);
/* It fails with this SQLSTATE, by which a request is told why.  Inside a transaction. */
void owner_is_told(const char *sql, const char *sqlstate);
/* Another connection of the same owner, for what waits for the first; closed with the tests. */
PGconn *owner_second(void);
/* The constraint that COMMIT names; "" when it went well. */
const char *owner_commit_breaks(void);

#endif
