/* database.c -- the owner's plain connection: statements by hand, and complaints that say what to do. */
#include "core/db/database.h"

#include <stdlib.h>
#include <string.h>

#include "core/config/config.h"
#include "core/db/db.h"

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
