/*
 * pipeline.c -- sending what is queued together, and judging what comes back in order.  A flush always
 * reads to its end, whatever went wrong, so that the connection can be used again.
 */
#include <string.h>

#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/db/codec.h"
#include "core/db/link.h"
#include "core/metric/metric.h"
#include "core/web/problem.h"

/* ---- sending */

/* Numbers are handed out as statements are first used, so a connection's bits stay few. */
static unsigned
number_of(const struct sql_statement *statement)
{
	static unsigned last;

	if (*statement->number == 0)
		*statement->number = ++last;
	return *statement->number;
}

static void
types_of(const struct sql_statement *statement, Oid types[static SQL_PARAMETERS_MAX])
{
	for (size_t i = 0; i < statement->parameter_count; i++)
		types[i] = sql_type_oid(statement->parameters[i].type);
}

static bool
send_prepare(struct db_link *link, const struct sql_statement *statement)
{
	Oid types[SQL_PARAMETERS_MAX];

	types_of(statement, types);
	return PQsendPrepare(
		   link->connection, statement->name, statement->text, (int)statement->parameter_count, types) == 1;
}

/* Planned for its values: an unnamed statement, parsed at each call. */
static bool
send_custom(struct db_link *link, const struct db_entry *entry)
{
	const struct sql_statement *statement = entry->statement;
	Oid types[SQL_PARAMETERS_MAX];

	types_of(statement, types);
	return PQsendQueryParams(link->connection, statement->text, (int)statement->parameter_count, types,
		   entry->values, entry->lengths, entry->formats, statement->rows != SQL_EXEC) == 1;
}

static bool
send_entry(struct db_link *link, struct db_entry *entry)
{
	const struct sql_statement *statement = entry->statement;

	if (statement->custom_plan)
		return send_custom(link, entry);
	entry->prepares = !link_knows(link, number_of(statement));
	if (entry->prepares && !send_prepare(link, statement))
		return false;
	link_learn(link, number_of(statement), true);
	return PQsendQueryPrepared(link->connection, statement->name, (int)statement->parameter_count, entry->values,
		   entry->lengths, entry->formats, statement->rows != SQL_EXEC) == 1;
}

/* What cannot be sent shows when its answer is read. */
static void
send_all(struct db_link *link)
{
	struct db *db = link->db;
	bool sent = link_prepare(link);

	for (struct db_entry *entry = link->first; sent && entry != NULL; entry = entry->next) {
		sent = send_entry(link, entry);
		if (entry->commits)
			db->commit = DB_COMMIT_SENT;
		if (link->replica && entry == link->first)
			sent = sent && PQsendFlushRequest(link->connection) == 1; /* how far it is, it says at once */
	}
	if (db->transaction == DB_BEGIN_QUEUED && !link->replica)
		db->transaction = DB_OPEN;
	if (sent && PQpipelineSync(link->connection) == 1)
		PQflush(link->connection);
	db->flushes++;
	metric_count(COUNT_database_flushes, 1);
}

/* ---- reading */

/* The next result, NULLs between them left out; NULL: the connection is lost. */
static PGresult *
next_result(struct request *req, struct db_link *link)
{
	PGconn *connection = link->connection;

	for (int empty = 0; empty < 3;) {
		PGresult *result;

		if (PQisBusy(connection) && PQstatus(connection) == CONNECTION_OK) {
			if (!link_wait(req, link) && PQstatus(connection) == CONNECTION_OK)
				return NULL;
			continue;
		}
		if ((result = PQgetResult(connection)) != NULL)
			return result;
		empty++;
	}
	return NULL;
}

/* What has gone wrong in this flush so far; only the first problem is told. */
struct reading {
	const struct problem *problem;
	bool lost;
};

static void
read_failure(struct request *req, struct db_link *link, const struct db_entry *entry, const char *name,
    const PGresult *result, struct reading *reading)
{
	struct db *db = req->db;
	bool answered = PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL;
	const struct problem *said;

	if (result == NULL && link->cancel != NULL) {
		log_line(WARN, req, "db", "a cancelled statement did not end; its connection is dropped",
		    { "statement", .text = name });
		said = outcome_deadline(req);
		reading->lost = true;
	} else {
		said = outcome(req, link, name, result, &reading->lost);
	}
	/*
	 * The server refused COMMIT, or ended before it came to it.  Without an answer, or when it ended
	 * while it committed, nobody knows.
	 */
	if (db->commit == DB_COMMIT_SENT && answered && !(entry->commits && reading->lost))
		db->commit = DB_COMMIT_REFUSED;
	if (reading->problem == NULL)
		reading->problem = said;
}

static const struct problem *
judge_rows(struct request *req, const struct db_entry *entry, const PGresult *result)
{
	size_t count;
	void *rows;

	if (entry->judge == NULL && entry->rows_r == NULL)
		return NULL;
	if (!rows_decode(req, entry->statement, result, &rows, &count))
		return problem(req, PROBLEM_INTERNAL, NULL);
	if (entry->judge != NULL)
		return entry->judge(req, rows, entry->context);
	*entry->rows_r = rows;
	*entry->count_r = count;
	return NULL;
}

/* COMMIT of a failed transaction is answered, without an error, ROLLBACK. */
static const struct problem *
judge_commit(struct request *req, PGresult *result)
{
	if (strcmp(PQcmdStatus(result), "COMMIT") == 0) {
		req->db->commit = DB_COMMIT_DONE;
		return NULL;
	}
	req->db->commit = DB_COMMIT_REFUSED;
	log_line(ERROR, req, "db", "COMMIT was answered otherwise", { "answer", .text = PQcmdStatus(result) });
	return problem(req, PROBLEM_INTERNAL, NULL);
}

/* Results of one statement that was only prepared, or executed, as they come. */
static bool
read_status(struct request *req, struct db_link *link, const struct db_entry *entry, const char *name, PGresult *result,
    struct reading *reading)
{
	const struct problem *said = NULL;

	switch (PQresultStatus(result)) {
	case PGRES_TUPLES_OK:
	case PGRES_COMMAND_OK:
		return true;
	case PGRES_PIPELINE_ABORTED:
		if (entry->commits)
			req->db->commit = DB_COMMIT_REFUSED;
		break;
	case PGRES_FATAL_ERROR:
		read_failure(req, link, entry, name, result, reading);
		break;
	default:
		log_line(ERROR, req, "db", "a statement was answered with what nobody expects",
		    { "statement", .text = name }, { "status", .text = PQresStatus(PQresultStatus(result)) });
		said = problem(req, PROBLEM_INTERNAL, NULL);
	}
	if (reading->problem == NULL)
		reading->problem = said;
	return false;
}

static void
read_entry(struct request *req, struct db_link *link, const struct db_entry *entry, struct reading *reading)
{
	const char *name = entry->statement->name;
	PGresult *result = next_result(req, link);
	const struct problem *said = NULL;

	if (entry->prepares) {
		if (!read_status(req, link, entry, name, result, reading))
			link_learn(link, number_of(entry->statement), false);
		PQclear(result);
		if (reading->lost)
			return;
		result = next_result(req, link);
	}
	if (read_status(req, link, entry, name, result, reading)) {
		if (entry->commits)
			said = judge_commit(req, result);
		else if (reading->problem == NULL)
			said = judge_rows(req, entry, result);
		if (reading->problem == NULL)
			reading->problem = said;
	}
	PQclear(result);
}

/* Reads up to the end of a group of which nobody wants to know; false: the connection is lost. */
static bool
read_sync(struct request *req, struct db_link *link)
{
	ExecStatusType status;

	do {
		PGresult *result = next_result(req, link);

		status = PQresultStatus(result);
		if (result == NULL ||
		    (status == PGRES_FATAL_ERROR && PQresultErrorField(result, PG_DIAG_SQLSTATE) == NULL)) {
			PQclear(result);
			return false;
		}
		PQclear(result);
	} while (status != PGRES_PIPELINE_SYNC);
	return true;
}

/* What was sent before, and nobody waited for. */
static void
read_unread(struct request *req, struct db_link *link, struct reading *reading)
{
	for (; link->unread > 0 && !reading->lost; link->unread--)
		reading->lost = !read_sync(req, link);
}

static void
read_from(struct request *req, struct db_link *link, const struct db_entry *entry, struct reading *reading)
{
	int64_t began = env_monotonic(req->env);

	read_unread(req, link, reading);
	for (; entry != NULL && !reading->lost; entry = entry->next) {
		read_entry(req, link, entry, reading);
		request_span(req, entry->statement->name, began);
		began = env_monotonic(req->env);
	}
	if (!reading->lost)
		reading->lost = !read_sync(req, link);
	if (!reading->lost && link->cancel != NULL) {
		/* A cancel that is still on its way would hit the next statement. */
		reading->lost = !cancel_end(link->cancel, CANCEL_GRACE_MILLISECONDS);
		link->cancel = NULL;
	}
	if (reading->lost) {
		link_drop(link);
		if (reading->problem == NULL && req->db->commit != DB_COMMIT_DONE)
			reading->problem = outcome_unavailable(req);
	}
	link->used = began;
}

/* Its first answer is how far it is, and that it must say soon. */
static bool
replica_is_near(struct request *req, struct db_link *link, struct reading *reading)
{
	const int64_t deadline = req->deadline;

	req->deadline = replica_until(req, REPLICA_SPEAKS_WITHIN);
	read_unread(req, link, reading);
	if (!reading->lost)
		read_entry(req, link, link->first, reading);
	req->deadline = deadline;
	return !reading->lost && reading->problem == NULL && link->cancel == NULL;
}

/* False: the primary has to answer. */
static bool
read_replica(struct request *req, struct db_link *link, struct reading *reading)
{
	const int64_t deadline = req->deadline;

	if (!replica_is_near(req, link, reading)) {
		replica_leave(req, link, !reading->lost && link->cancel == NULL);
		return false;
	}
	req->deadline = replica_until(req, REPLICA_ANSWERS_WITHIN);
	read_from(req, link, link->first->next, reading);
	req->deadline = deadline;
	if (reading->lost)
		replica_leave(req, link, false);
	else
		link->complaint[0] = '\0';
	return reading->problem == NULL || (deadline != 0 && env_monotonic(req->env) >= deadline);
}

/* ---- the whole */

static const struct problem *
ask_primary(struct request *req, struct db *db)
{
	struct reading reading = { 0 };
	const struct problem *closed = link_open(req, &db->primary);

	if (closed != NULL)
		return closed;
	send_all(&db->primary);
	read_from(req, &db->primary, db->primary.first, &reading);
	return reading.problem;
}

/* Both at the same time. */
static const struct problem *
ask_both(struct request *req, struct db *db)
{
	struct reading reading = { 0 };
	const struct problem *said;

	if (db->primary.first != NULL && (said = link_open(req, &db->primary)) != NULL)
		return said;
	send_all(&db->replica);
	said = db->primary.first != NULL ? ask_primary(req, db) : NULL;
	if (read_replica(req, &db->replica, &reading) || said != NULL)
		return said != NULL ? said : reading.problem;
	db->primary.first = db->primary.last = NULL;
	db_queue_to_primary(db);
	return ask_primary(req, db);
}

static const struct problem *
exchange(struct request *req, struct db *db)
{
	if (db->replica.first != NULL && replica_open(req, &db->replica))
		return ask_both(req, db);
	if (db->replica.first != NULL)
		db_queue_to_primary(db);
	return ask_primary(req, db);
}

const struct problem *
db_flush(struct request *req)
{
	struct db *db = req->db;
	const struct problem *said = db->broken;

	if (db->flushing) {
		log_line(ERROR, req, "db", "a judge asked the database; it may only judge");
		return problem(req, PROBLEM_INTERNAL, NULL);
	}
	if (said == NULL && (db->primary.first != NULL || db->replica.first != NULL)) {
		db->flushing = true;
		said = exchange(req, db);
		db->flushing = false;
	}
	db_forget_queue(db);
	/* What follows in the same transaction must not be done outside of it, on another connection. */
	if (db->transaction != DB_NO_TRANSACTION)
		db->broken = said;
	return said;
}
