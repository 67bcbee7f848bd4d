/*
 * db.h -- one connection to PostgreSQL per worker, used in pipeline mode so that statements travel
 * together.  Every wait is a poll with the request's deadline.
 *
 * A statement is *queued*; queued statements leave with the next flush, and their results are judged in
 * order.  sql_<name>() of a :one or :many queues its own and flushes, so whatever was queued before it
 * shares the round trip: that is how the session's row is read together with the handler's first
 * statement.  An :exec is only queued; if it fails, the next flush or the COMMIT says so.
 *
 * What can go wrong comes back as a problem: a broken constraint by its name (constraint.def), a conflict
 * as PROBLEM_AGAIN, a lost connection as 503, the deadline as 504 after the statement was cancelled.
 */
#ifndef STOA_DB_DB_H
#define STOA_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/value.h"
#include "core/db/statement.h"

struct config;
struct problem;
struct request;

struct db;

/* `role` is the area's: "stoa_wallet".  Nothing is opened before the first statement. */
struct db *db_new(const struct config *config, const char *role);
void db_free(struct db *db);
/* Once per process: what its connections are called in pg_stat_activity ("stoa wallet-jobs"), and a
 * statement_timeout in seconds other than the role's own (job pools); 0: the role's. */
void db_describe(const char *pool, int64_t statement_timeout);
/* Drops the connection when it has been idle for longer than configured; called between requests. */
void db_rest(struct db *db, int64_t monotonic);
/* The socket to poll between requests (LISTEN, a dead server), or -1. */
int db_socket(const struct db *db);

/* `arguments[i]` points to a value of parameter i's C type, or is NULL for SQL NULL. */
const struct problem *db_one(
    struct request *req, const struct sql_statement *statement, const void *const *arguments, void **row_r);
const struct problem *db_many(struct request *req, const struct sql_statement *statement, const void *const *arguments,
    void **rows_r, size_t *count_r);
void db_later(struct request *req, const struct sql_statement *statement, const void *const *arguments);

/* Queues a :one whose row (or NULL) is judged when it arrives; a problem from the judge ends the flush. */
typedef const struct problem *db_judge(struct request *req, void *row, void *context);
void db_one_later(struct request *req, const struct sql_statement *statement, const void *const *arguments,
    db_judge *judge, void *context);

/* Queues a :many whose rows are there after the next flush. */
void db_many_later(struct request *req, const struct sql_statement *statement, const void *const *arguments,
    void **rows_r, size_t *count_r);

/* Sends what is queued and judges every result.  Nothing queued: nothing sent. */
const struct problem *db_flush(struct request *req);

/* BEGIN is queued, COMMIT flushes.  A read outside any transaction needs neither. */
void db_begin(struct request *req);
enum db_outcome {
	DB_COMMITTED,
	DB_ROLLED_BACK, /* certainly not done */
	DB_UNKNOWN,     /* the connection was lost with COMMIT on its way */
};
enum db_outcome db_commit(struct request *req, const struct problem **problem_r);
void db_rollback(struct request *req);
bool db_in_transaction(const struct db *db);

/* How often this connection has flushed; a test holds a GET to one. */
uint64_t db_flushes(const struct db *db);
/* The process of PostgreSQL's that serves this connection, as its own log names it; 0: none. */
int db_backend(const struct db *db);

/* LISTEN on a channel, for job pools: kept over reconnects.  `db_notified` reads without waiting. */
void db_listen(struct db *db, const char *channel);
bool db_notified(struct db *db);

/*
 * What libpq connects with as `role`: the configured URL with that role and its password, or NULL when none
 * is configured.  `role` NULL: the one that migrates.  For db.c, migrations and the tests' worlds; handlers hold
 * neither this nor SQL (see database.h).
 */
const char *db_url(const struct config *config, const char *role, bool replica);

#endif
