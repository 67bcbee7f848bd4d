/* database.c -- the owner's plain connection: statements by hand, and complaints that say what to do. */
#include "core/db/database.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/config/config.h"
#include "core/db/db.h"

/* pg_advisory_lock(int, int): "stoa" and the first of its locks. */
#define LOCK_KEYS "1937010529, 1"

static void
notice_ignored(void *context, const char *message)
{
	(void)context;
	(void)message;
}

static void
complain(FILE *complaints, const char *what, const char *reason)
{
	size_t length = strcspn(reason, "\n");

	fprintf(complaints, "stoad: %s: %.*s\n", what, (int)length, reason);
}

PGconn *
database_open(const struct config *config, const char *role, const char *application, FILE *complaints)
{
	const char *url = db_url(config, role, false);
	const char *const keywords[] = { "application_name", "connect_timeout", "client_encoding", "dbname", NULL };
	const char *const values[] = { application, "10", "UTF8", url, NULL };
	PGconn *connection;

	if (url == NULL) {
		fprintf(complaints, "stoad: database_url is not set; set it in [global] of %s.\n", config->path);
		return NULL;
	}
	connection = PQconnectdbParams(keywords, values, 1);
	if (connection == NULL)
		abort();
	PQsetNoticeProcessor(connection, notice_ignored, NULL);
	if (PQstatus(connection) == CONNECTION_OK)
		return connection;
	complain(complaints, "no connection to PostgreSQL", PQerrorMessage(connection));
	fprintf(complaints, "stoad: is it running, and is %s in %s right?\n",
	    role == NULL && *config->global.database_admin_url != '\0' ? "database_admin_url" : "database_url",
	    config->path);
	PQfinish(connection);
	return NULL;
}

PGresult *
database_ask(PGconn *connection, const char *sql, const char *const *values, FILE *complaints)
{
	int count = 0;
	PGresult *result;

	while (values != NULL && values[count] != NULL)
		count++;
	result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);
	if (PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK)
		return result;
	complain(complaints, "PostgreSQL refuses", PQerrorMessage(connection));
	PQclear(result);
	return NULL;
}

bool
database_do(PGconn *connection, const char *sql, const char *const *values, FILE *complaints)
{
	PGresult *result = database_ask(connection, sql, values, complaints);

	PQclear(result);
	return result != NULL;
}

PGresult *
database_script(PGconn *connection, const char *sql)
{
	PGresult *last = NULL, *next;

	if (PQsendQuery(connection, sql) != 1)
		return PQmakeEmptyPGresult(connection, PGRES_FATAL_ERROR);
	while ((next = PQgetResult(connection)) != NULL) {
		bool failed = PQresultStatus(last) == PGRES_FATAL_ERROR && last != NULL;

		PQclear(failed ? next : last);
		last = failed ? last : next;
	}
	return last != NULL ? last : PQmakeEmptyPGresult(connection, PGRES_FATAL_ERROR);
}

static void
name_holder(PGconn *connection, FILE *complaints)
{
	PGresult *result = database_ask(connection,
	    "SELECT a.application_name, a.pid, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') "
	    "FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.granted "
	    "AND l.classid = 1937010529 AND l.objid = 1 AND l.objsubid = 2 "
	    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())",
	    NULL, complaints);

	if (result != NULL && PQntuples(result) > 0)
		fprintf(complaints, "stoad: waiting for another migration: \"%s\", pid %s, connected since %s\n",
		    PQgetvalue(result, 0, 0), PQgetvalue(result, 0, 1), PQgetvalue(result, 0, 2));
	PQclear(result);
}

bool
database_lock(PGconn *connection, FILE *complaints)
{
	bool told = false;

	for (;;) {
		PGresult *result =
		    database_ask(connection, "SELECT pg_try_advisory_lock(" LOCK_KEYS ")", NULL, complaints);
		bool failed = result == NULL, held = !failed && PQgetvalue(result, 0, 0)[0] == 't';

		PQclear(result);
		if (failed || held)
			return held;
		if (!told)
			name_holder(connection, complaints);
		told = true;
		usleep(250000);
	}
}

bool
database_collided(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL &&
	       (strcmp(state, "55P03") == 0 || strcmp(state, "40P01") == 0 || strcmp(state, "40001") == 0);
}
