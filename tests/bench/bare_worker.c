/*
 * bare_worker.c -- what the platform is compared with: libfcgi and libpq and nothing else.  No routes, no limits, no
 * tokens, no log; one prepared statement, or none.  Whoever is faster than this has cheated.
 *
 *	bare_worker SOCKET WORKERS [DATABASE_URL NOTE_ID | DATABASE_URL --insert]
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include <fcgiapp.h>
#include <libpq-fe.h>

#define BACKLOG 1024

static const char statement[] =
    "SELECT id, text, version, created_at, published_at FROM sample.note WHERE id = $1::uuid";

/* Beside payments: one row, as narrow as a payment's; the table is the benchmark's. */
static const char insert[] = "INSERT INTO bench.bare (id, debit, credit, amount) VALUES (gen_random_uuid(), "
			     "gen_random_uuid(), gen_random_uuid(), 1) RETURNING id";

static PGconn *
connect_and_prepare(const char *url, bool inserts)
{
	PGconn *connection = PQconnectdb(url);
	PGresult *result = PQprepare(connection, "note", inserts ? insert : statement, inserts ? 0 : 1, NULL);

	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		fprintf(stderr, "bare_worker: %s", PQerrorMessage(connection));
		exit(1);
	}
	PQclear(result);
	return connection;
}

static void
answer_note(FCGX_Request *request, PGconn *connection, const char *id)
{
	PGresult *row = PQexecPrepared(connection, "note", 1, &id, NULL, NULL, 0);
	char body[4096];
	int length;

	if (PQntuples(row) != 1) {
		FCGX_PutS("Status: 404 Not Found\r\n\r\n", request->out);
		PQclear(row);
		return;
	}
	length = snprintf(body, sizeof(body), "{\"id\":\"%s\",\"text\":\"%s\",\"version\":%s,\"created_at\":\"%s\"}",
	    PQgetvalue(row, 0, 0), PQgetvalue(row, 0, 1), PQgetvalue(row, 0, 2), PQgetvalue(row, 0, 3));
	PQclear(row);
	FCGX_PutS("Content-Type: application/json\r\n\r\n", request->out);
	FCGX_PutStr(body, length, request->out);
}

static void
answer_insert(FCGX_Request *request, PGconn *connection)
{
	PGresult *row = PQexecPrepared(connection, "note", 0, NULL, NULL, NULL, 0);

	if (PQntuples(row) == 1) {
		FCGX_PutS("Status: 202 Accepted\r\nContent-Type: application/json\r\n\r\n{\"id\":\"", request->out);
		FCGX_PutS(PQgetvalue(row, 0, 0), request->out);
		FCGX_PutS("\"}", request->out);
	} else {
		FCGX_PutS("Status: 503 Service Unavailable\r\n\r\n", request->out);
	}
	PQclear(row);
}

static void
serve(int listener, const char *url, const char *id)
{
	const bool inserts = id != NULL && strcmp(id, "--insert") == 0;
	PGconn *connection = url != NULL ? connect_and_prepare(url, inserts) : NULL;
	FCGX_Request request;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	FCGX_Init();
	FCGX_InitRequest(&request, listener, 0);
	while (FCGX_Accept_r(&request) == 0) {
		if (inserts)
			answer_insert(&request, connection);
		else if (connection != NULL)
			answer_note(&request, connection, id);
		else
			FCGX_PutS("Content-Type: application/json\r\n\r\n{\"count\":0}", request.out);
		FCGX_Finish_r(&request);
	}
	exit(0);
}

int
main(int argc, char **argv)
{
	int listener;

	if (argc != 3 && argc != 5) {
		fprintf(stderr, "usage: bare_worker SOCKET WORKERS [DATABASE_URL NOTE_ID]\n");
		return 2;
	}
	umask(0007);
	if ((listener = FCGX_OpenSocket(argv[1], BACKLOG)) < 0)
		return 1;
	for (long workers = strtol(argv[2], NULL, 10); workers > 0; workers--)
		if (fork() == 0)
			serve(listener, argc == 5 ? argv[3] : NULL, argc == 5 ? argv[4] : NULL);
	while (wait(NULL) > 0)
		;
	return 0;
}
