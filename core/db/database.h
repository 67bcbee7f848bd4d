/*
 * database.h -- the database as its owner sees it, for migrations and tests: a plain connection and
 * statements by hand.  Workers use db.h.
 */
#ifndef STOA_DB_DATABASE_H
#define STOA_DB_DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>

struct arena;
struct config;

/* The password of an area's role: base64url of key_for("database:<role>"). */
const char *db_password(struct arena *arena, const char *role);

/*
 * Connects with database_admin_url, or database_url when there is none; `role` NULL.  Otherwise as that
 * role ("stoa_ops").  NULL after saying on `complaints`, in a line that tells what to do, what is wrong.
 */
PGconn *database_open(const struct config *config, const char *role, const char *application, FILE *complaints);

/*
 * One statement with text parameters, none binary; NULL-terminated `values` may be NULL.  The result, which the caller
 * clears, or NULL after saying what went wrong.
 */
PGresult *database_ask(PGconn *connection, const char *sql, const char *const *values, FILE *complaints);
/* The same for what has no rows. */
bool database_do(PGconn *connection, const char *sql, const char *const *values, FILE *complaints);
/* A text of many statements; the caller clears the last result, or the first that failed. */
PGresult *database_script(PGconn *connection, const char *sql);
/* One at a time migrates or erases: waits for whoever does, until the connection ends. */
bool database_lock(PGconn *connection, FILE *complaints);
/* Whether the statement failed by a lock that somebody else holds, so that trying again may help. */
bool database_collided(const PGresult *result);

/* Waiting for a lock makes everybody else wait behind us: two seconds, then a pause for them. */
#define DATABASE_LOCK_TIMEOUT "2s"

#endif
