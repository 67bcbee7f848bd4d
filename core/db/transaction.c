/* transaction.c -- BEGIN, COMMIT and what became of them. */
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/db/link.h"
#include "core/web/problem.h"

/* Prepared as all others are, so that PostgreSQL reads their text once for each connection. */
static unsigned begin_number, commit_number;
static const struct sql_statement begin = {
	.name = "BEGIN", .text = "BEGIN", .rows = SQL_EXEC, .number = &begin_number
};
static const struct sql_statement commit = {
	.name = "COMMIT", .text = "COMMIT", .rows = SQL_EXEC, .number = &commit_number
};

void
db_begin(struct request *req)
{
	struct db *db = req->db;

	if (db->transaction != DB_NO_TRANSACTION) {
		log_line(ERROR, req, "db", "BEGIN inside a transaction; the first one is rolled back");
		db_rollback(req);
	}
	db_queue_command(req, &begin, false);
	db->transaction = DB_BEGIN_QUEUED;
	db->commit = DB_COMMIT_NOT_SENT;
}

bool
db_in_transaction(const struct db *db)
{
	return db->transaction != DB_NO_TRANSACTION;
}

/*
 * ROLLBACK leaves at once, so that no lock is held longer than need be, but its answer is read by the
 * way.  One that was never sent, or whose connection is gone, needs none.
 */
void
transaction_end(struct db *db)
{
	bool open = db->transaction == DB_OPEN && db->primary.connection != NULL;

	db_forget_queue(db);
	db->transaction = DB_NO_TRANSACTION;
	db->broken = NULL;
	if (open && db->commit != DB_COMMIT_DONE && !link_send_unread(&db->primary, "ROLLBACK"))
		link_drop(&db->primary);
}

void
db_rollback(struct request *req)
{
	transaction_end(req->db);
}

/* Nothing but BEGIN in the queue: there is nothing to commit. */
static bool
is_empty(const struct db *db)
{
	return db->transaction == DB_BEGIN_QUEUED && db->primary.first == db->primary.last;
}

enum db_outcome
db_commit(struct request *req, const struct problem **problem_r)
{
	struct db *db = req->db;
	enum db_commit_state state;

	*problem_r = NULL;
	if (db->transaction == DB_NO_TRANSACTION || (db->broken == NULL && db_queue_is_judged(db)))
		*problem_r = db_flush(req);
	if (db->transaction == DB_NO_TRANSACTION)
		return *problem_r == NULL ? DB_COMMITTED : DB_ROLLED_BACK;
	if (db->broken == NULL && !is_empty(db)) {
		db_queue_command(req, &commit, true);
		*problem_r = db_flush(req);
	} else {
		*problem_r = db->broken;
		db->commit = db->broken == NULL ? DB_COMMIT_DONE : DB_COMMIT_NOT_SENT;
	}
	state = db->commit;
	transaction_end(db);
	if (state == DB_COMMIT_DONE)
		*problem_r = NULL;
	return state == DB_COMMIT_DONE ? DB_COMMITTED : state == DB_COMMIT_SENT ? DB_UNKNOWN : DB_ROLLED_BACK;
}
