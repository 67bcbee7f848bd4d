/*
 * link.c -- opening a connection, waiting for it, and letting it go.  Nothing here blocks but in poll, and
 * never past the request's deadline.
 */
#include "core/db/link.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/metric/metric.h"
#include "core/web/problem.h"

/*
 * A server that restarts is back within a second or two.  The request that meets it first tries for a
 * moment, which bridges the restart of a single crashed backend; those behind it are answered 503 at once
 * until the next attempt is due.  Half a second at most between attempts, each worker with its own jitter.
 */
#define ATTEMPT_TIMEOUT (1500 * MILLISECOND)
#define SAID_AGAIN      (60 * SECOND)
#define PATIENCE        (400 * MILLISECOND)
#define DELAY_FIRST     (25 * MILLISECOND)
#define DELAY_MAX       (500 * MILLISECOND)

static const char *application;
static int64_t statement_seconds;

void
db_describe(const char *pool, int64_t statement_timeout)
{
	application = pool;
	statement_seconds = statement_timeout;
}

/* What a new connection needs once: more time for statements, and the channels it listens on. */
static bool
set_up(struct db_link *link)
{
	const struct db *db = link->db;
	char command[128];
	bool sent = true;

	if (statement_seconds > 0) {
		snprintf(command, sizeof(command), "SET statement_timeout = '%lds'", (long)statement_seconds);
		sent = link_send_unread(link, command);
	}
	for (size_t i = 0; sent && !link->replica && i < db->channel_count; i++) {
		snprintf(command, sizeof(command), "LISTEN \"%s\"", db->channels[i]);
		sent = link_send_unread(link, command);
	}
	link->set_up = true;
	return sent;
}

bool
link_prepare(struct db_link *link)
{
	if (link->db->transaction == DB_OPEN && !link->replica)
		return true;
	if (!link->set_up && !set_up(link))
		return false;
	if (!link->stale)
		return true;
	memset(link->prepared, 0, link->prepared_room / 8);
	link->stale = false;
	return link_send_unread(link, "DEALLOCATE ALL");
}

static void
notice_ignored(void *context, const char *message)
{
	(void)context;
	(void)message;
}

/* Ours come first, so that whatever the URL says counts more. */
static PGconn *
connect_start(struct db_link *link, const char *url)
{
	char name[80];
	const char *const keywords[] = { "application_name", "keepalives_idle", "keepalives_interval",
		"keepalives_count", "tcp_user_timeout", "client_encoding", "dbname", NULL };
	const char *const values[] = { name, "30", "10", "3", "30000", "UTF8", url, NULL };

	if (application != NULL)
		snprintf(name, sizeof(name), "stoa %s", application);
	else
		snprintf(name, sizeof(name), "%s", link->db->role);
	return PQconnectStartParams(keywords, values, 1);
}

static int
milliseconds_until(const struct request *req, int64_t when)
{
	int64_t left = when - env_monotonic(req->env);

	if (left <= 0)
		return 0;
	return left > 3600 * SECOND ? 3600000 : (int)((left + MILLISECOND - 1) / MILLISECOND);
}

static int64_t
deadline_of(const struct request *req)
{
	return req->deadline != 0 ? req->deadline : INT64_MAX;
}

static bool
connect_finish(const struct request *req, PGconn *connection, int64_t until)
{
	PostgresPollingStatusType next = PGRES_POLLING_WRITING;

	while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
		struct pollfd wait = { .fd = PQsocket(connection),
			.events = next == PGRES_POLLING_READING ? POLLIN : POLLOUT };
		int timeout = milliseconds_until(req, until);

		if (timeout == 0 || poll(&wait, 1, timeout) == 0)
			return false;
		next = PQconnectPoll(connection);
	}
	return next == PGRES_POLLING_OK;
}

void
link_complain(struct request *req, struct db_link *link, const char *what, const char *reason)
{
	const int64_t now = env_monotonic(req->env);

	if (strncmp(link->complaint, reason, sizeof(link->complaint) - 1) == 0 && now - link->complained_at < SAID_AGAIN)
		return;
	snprintf(link->complaint, sizeof(link->complaint), "%s", reason);
	link->complained_at = now;
	log_line(WARN, req, "db", what, { "reason", .text = reason }, { "replica", .number = link->replica });
}

bool
link_attempt(struct request *req, struct db_link *link, int64_t patience)
{
	const char *url = db_url(link->db->config, link->db->role, link->replica);
	int64_t began = env_monotonic(req->env), until = began + patience;
	PGconn *connection;

	if (url == NULL) {
		log_line(ERROR, req, "db", "database_url is not set");
		return false;
	}
	if (until > deadline_of(req))
		until = deadline_of(req);
	connection = connect_start(link, url);
	if (connection == NULL)
		abort();
	PQsetNoticeProcessor(connection, notice_ignored, NULL);
	if (PQstatus(connection) == CONNECTION_BAD || !connect_finish(req, connection, until) ||
	    PQsetnonblocking(connection, 1) != 0 || PQenterPipelineMode(connection) != 1) {
		const char *reason = PQerrorMessage(connection);

		link_complain(req, link, "no connection to PostgreSQL", *reason != '\0' ? reason : "no answer in time");
		PQfinish(connection);
		return false;
	}
	link->connection = connection;
	if (!link->replica)
		link->complaint[0] = '\0'; /* a replica must answer well before all is well */
	link->used = env_monotonic(req->env);
	metric_count(COUNT_database_connects, 1);
	request_span(req, "connect", began);
	return true;
}

/* An idle connection whose server has gone says so without being asked. */
static bool
still_there(struct db_link *link)
{
	struct pollfd look = { .fd = PQsocket(link->connection), .events = POLLIN };

	/* Its last words come first, and the end behind them. */
	for (int i = 0; i < 8 && PQstatus(link->connection) == CONNECTION_OK && poll(&look, 1, 0) == 1; i++)
		link_read_ready(link);
	if (PQstatus(link->connection) == CONNECTION_OK)
		return true;
	link_drop(link);
	return false;
}

bool
link_is_open(struct db_link *link)
{
	return link->connection != NULL && still_there(link);
}

const struct problem *
link_open(struct request *req, struct db_link *link)
{
	int64_t began = env_monotonic(req->env), now = began;

	if (link_is_open(link))
		return NULL;
	if (link->db->transaction == DB_OPEN)
		return outcome_unavailable(req); /* it was rolled back; only its beginner may begin again */
	while (now >= link->retry_at && now < deadline_of(req)) {
		if (link_attempt(req, link, ATTEMPT_TIMEOUT)) {
			link->delay = link->retry_at = 0;
			return NULL;
		}
		link->delay = link->delay == 0              ? DELAY_FIRST
			      : link->delay * 2 > DELAY_MAX ? DELAY_MAX
							    : link->delay * 2;
		now = env_monotonic(req->env);
		link->retry_at = now + link->delay / 2 + env_random_below(req->env, (uint32_t)link->delay / 2);
		if (link->retry_at > began + PATIENCE || link->retry_at > deadline_of(req))
			break;
		poll(NULL, 0, milliseconds_until(req, link->retry_at));
		now = env_monotonic(req->env);
	}
	return now >= deadline_of(req) ? outcome_deadline(req) : outcome_unavailable(req);
}

void
link_drop(struct db_link *link)
{
	if (link->connection == NULL)
		return;
	if (link->cancel != NULL)
		cancel_end(link->cancel, 0);
	/* Whatever was told meanwhile is missed: look once more. */
	link->db->notified = link->db->channel_count > 0;
	PQfinish(link->connection);
	link->connection = NULL;
	link->cancel = NULL;
	link->unread = 0;
	link->stale = link->set_up = false;
	if (link->prepared != NULL)
		memset(link->prepared, 0, link->prepared_room / 8);
}

/* At the deadline the statement is cancelled once; what it then answers is read for a moment longer. */
bool
link_wait(struct request *req, struct db_link *link)
{
	struct pollfd wait = { .fd = PQsocket(link->connection), .events = POLLIN };
	int64_t until = link->cancel != NULL ? link->give_up_at : deadline_of(req);
	int unsent = PQflush(link->connection);

	if (unsent < 0 || PQstatus(link->connection) != CONNECTION_OK)
		return false;
	if (unsent > 0)
		wait.events |= POLLOUT;
	if (milliseconds_until(req, until) == 0 || poll(&wait, 1, milliseconds_until(req, until)) == 0) {
		if (link->cancel != NULL)
			return false;
		link->cancel = cancel_begin(link->connection);
		link->give_up_at = env_monotonic(req->env) + CANCEL_GRACE_MILLISECONDS * MILLISECOND;
		return true;
	}
	if ((wait.revents & ~POLLOUT) != 0)
		return PQconsumeInput(link->connection) == 1;
	return true;
}

bool
link_send_unread(struct db_link *link, const char *command)
{
	if (PQsendQueryParams(link->connection, command, 0, NULL, NULL, NULL, NULL, 0) != 1 ||
	    PQpipelineSync(link->connection) != 1 || PQflush(link->connection) < 0)
		return false;
	link->unread++;
	return true;
}

void
link_read_ready(struct db_link *link)
{
	PGresult *result;
	unsigned empty = 0;

	if (PQconsumeInput(link->connection) != 1 && PQstatus(link->connection) != CONNECTION_OK)
		return;
	while (link->unread > 0 && empty < 2 && !PQisBusy(link->connection)) {
		result = PQgetResult(link->connection);
		empty = result == NULL ? empty + 1 : 0;
		if (PQresultStatus(result) == PGRES_PIPELINE_SYNC)
			link->unread--;
		else if (PQresultStatus(result) == PGRES_FATAL_ERROR)
			log_line(WARN, NULL, "db", "a command by the way failed",
			    { "reason", .text = PQresultErrorMessage(result) });
		PQclear(result);
	}
}

bool
link_knows(const struct db_link *link, unsigned number)
{
	return number < link->prepared_room && (link->prepared[number / 8] & (1u << number % 8)) != 0;
}

void
link_learn(struct db_link *link, unsigned number, bool known)
{
	uint8_t bit = (uint8_t)(1u << number % 8);

	if (number >= link->prepared_room) {
		unsigned room = (number / 512 + 1) * 512;
		uint8_t *prepared = arena_alloc(link->db->arena, room / 8);

		if (link->prepared != NULL)
			memcpy(prepared, link->prepared, link->prepared_room / 8);
		link->prepared = prepared;
		link->prepared_room = room;
	}
	if (known)
		link->prepared[number / 8] |= bit;
	else
		link->prepared[number / 8] &= (uint8_t)~bit;
}
