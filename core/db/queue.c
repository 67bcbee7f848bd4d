/* queue.c -- statements on their way to the next flush.  The queue is the request's: it lives in its arena. */
#include "core/base/arena.h"
#include "core/base/request.h"
#include "core/db/link.h"

static struct db_entry *
entry_add(struct request *req, struct db_link *link)
{
	struct db_entry *entry = ARENA_NEW(req->arena, struct db_entry);

	if (link->last != NULL)
		link->last->next = entry;
	else
		link->first = entry;
	link->last = entry;
	return entry;
}

static struct db_link *
link_for(struct request *req, const struct sql_statement *statement)
{
	struct db *db = req->db;

	if (db->asking != NULL)
		return db->asking;
	return statement->replica && replica_may_answer(req) ? &db->replica : &db->primary;
}

static struct db_entry *
queue(struct request *req, const struct sql_statement *statement, const void *const *arguments)
{
	struct db_entry *entry = entry_add(req, link_for(req, statement));

	entry->statement = statement;
	arguments_encode(req, statement, arguments, entry);
	return entry;
}

void
db_queue_command(struct request *req, const struct sql_statement *command, bool commits)
{
	struct db_entry *entry = entry_add(req, &req->db->primary);

	entry->statement = command;
	entry->commits = commits;
}

void
db_forget_queue(struct db *db)
{
	db->primary.first = db->primary.last = NULL;
	db->replica.first = db->replica.last = NULL;
	db->looking_since = 0;
}

void
db_later(struct request *req, const struct sql_statement *statement, const void *const *arguments)
{
	queue(req, statement, arguments);
}

void
db_one_later(struct request *req, const struct sql_statement *statement, const void *const *arguments, db_judge *judge,
    void *context)
{
	struct db_entry *entry = queue(req, statement, arguments);

	entry->judge = judge;
	entry->context = context;
}

void
db_many_later(struct request *req, const struct sql_statement *statement, const void *const *arguments, void **rows_r,
    size_t *count_r)
{
	struct db_entry *entry = queue(req, statement, arguments);

	*rows_r = NULL;
	*count_r = 0;
	entry->rows_r = rows_r;
	entry->count_r = count_r;
}

/* A COMMIT may not travel with what is still to be judged. */
bool
db_queue_is_judged(const struct db *db)
{
	for (const struct db_entry *entry = db->primary.first; entry != NULL; entry = entry->next)
		if (entry->judge != NULL || entry->rows_r != NULL)
			return true;
	return db->replica.first != NULL;
}

/* What was meant for the replica is read from the primary; but for the first, which asks how far the replica is. */
void
db_queue_to_primary(struct db *db)
{
	db->replica.first = db->replica.first->next;
	if (db->primary.last != NULL)
		db->primary.last->next = db->replica.first;
	else
		db->primary.first = db->replica.first;
	db->primary.last = db->replica.last;
	db->replica.first = db->replica.last = NULL;
}

const struct problem *
db_many(struct request *req, const struct sql_statement *statement, const void *const *arguments, void **rows_r,
    size_t *count_r)
{
	db_many_later(req, statement, arguments, rows_r, count_r);
	return db_flush(req);
}

const struct problem *
db_one(struct request *req, const struct sql_statement *statement, const void *const *arguments, void **row_r)
{
	size_t count;

	return db_many(req, statement, arguments, row_r, &count);
}
