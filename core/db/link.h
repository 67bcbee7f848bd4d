/*
 * link.h -- core/db's own: one connection to one server in pipeline mode, and what is queued for it.  A
 * `struct db` has two, the primary's and (where configured) the replica's.  Nobody outside of core/db and its
 * tests includes this.
 */
#ifndef STOA_DB_LINK_H
#define STOA_DB_LINK_H

#include <libpq-fe.h>

#include "core/db/db.h"

struct arena;

/* One statement, or BEGIN and COMMIT, on its way.  In the request's arena. */
struct db_entry {
	struct db_entry *next;
	const struct sql_statement *statement;
	bool prepares; /* its Parse travels in front of it */
	bool commits;
	const char *const *values;
	const int *lengths, *formats;
	db_judge *judge; /* or where the caller wants the rows: */
	void *context;
	void **rows_r;
	size_t *count_r;
};

struct db_link {
	struct db *db;
	bool replica;
	PGconn *connection; /* NULL: none */
	struct db_entry *first, *last;
	/* Which statements this connection knows, a bit for each number. */
	uint8_t *prepared;
	unsigned prepared_room;
	/* Groups that were sent and whose answers nobody waits for: ROLLBACK, and what is set up first. */
	unsigned unread;
	bool stale;       /* a migration changed a table under a prepared statement: forget them all */
	bool set_up;      /* LISTEN and SET have been sent */
	int64_t used;     /* when it last answered; env_monotonic */
	int64_t retry_at; /* after a failed attempt: not before */
	int64_t delay;
	struct db_cancel *cancel;
	int64_t give_up_at; /* after a cancel */
	char complaint[256]; /* what was last said of it, so that it is not said at each attempt; "": all is well */
	int64_t complained_at;
};

#define DB_CHANNELS_MAX 8
/* How long a cancelled statement may take to end before its connection is dropped. */
#define CANCEL_GRACE_MILLISECONDS 500

enum db_transaction { DB_NO_TRANSACTION, DB_BEGIN_QUEUED, DB_OPEN };

/* What became of COMMIT. */
enum db_commit_state { DB_COMMIT_NOT_SENT, DB_COMMIT_SENT, DB_COMMIT_DONE, DB_COMMIT_REFUSED };

struct db {
	struct arena *arena; /* the process's */
	const struct config *config;
	const char *role;
	struct db_link primary, replica;
	struct db_link *asking; /* whatever is queued now is for this one; NULL: the statement tells */
	int64_t mark;           /* how far the primary was, 0: not known, and when (replica.c) */
	int64_t marked_at, looking_since;
	enum db_transaction transaction;
	enum db_commit_state commit;
	const struct problem *broken; /* the transaction has failed; whatever follows in it is answered so */
	bool flushing;
	uint64_t flushes;
	const char *channels[DB_CHANNELS_MAX];
	size_t channel_count;
	bool notified;
};

/* link.c: opened when it is not.  A server that is down is not hammered: until the next attempt is due, 503 at once. */
const struct problem *link_open(struct request *req, struct db_link *link);
/* One attempt, of so many microseconds at most. */
bool link_attempt(struct request *req, struct db_link *link, int64_t patience);
/* Whether there is a connection and the server has not left it. */
bool link_is_open(struct db_link *link);
void link_drop(struct db_link *link);
/* A WARN line; the same thing again only after a minute. */
void link_complain(struct request *req, struct db_link *link, const char *what, const char *reason);
/* Waits for the socket until the request's deadline, and then cancels what runs; false: the connection is lost. */
bool link_wait(struct request *req, struct db_link *link);
/* Sends one command as a group of its own, whose answer is read by the way. */
bool link_send_unread(struct db_link *link, const char *command);
/* What must go in front of the next statements: what a new connection needs, and forgetting stale plans. */
bool link_prepare(struct db_link *link);
/* Reads such answers as far as they are there already. */
void link_read_ready(struct db_link *link);
bool link_knows(const struct db_link *link, unsigned number);
void link_learn(struct db_link *link, unsigned number, bool known);

/* replica.c: whether what is queued next may go there; how far it is, is then asked in front of it. */
bool replica_may_answer(struct request *req);
bool replica_open(struct request *req, struct db_link *link);
/* How long it may take to let us in or to say how far it is, and then to answer; what takes longer is asked of the primary,
 * so that one that falls silent in the middle costs nobody three seconds. */
#define REPLICA_SPEAKS_WITHIN  (300 * MILLISECOND)
#define REPLICA_ANSWERS_WITHIN (2 * SECOND)
/* The moment when that is over, or the request's deadline. */
int64_t replica_until(const struct request *req, int64_t patience);
/* It failed: its connection is dropped, and it is not asked again for a while. */
void replica_leave(struct request *req, struct db_link *link, bool behind);

/* queue.c */
void db_queue_command(struct request *req, const struct sql_statement *command, bool commits);
bool db_queue_is_judged(const struct db *db);
void db_queue_to_primary(struct db *db);
void db_forget_queue(struct db *db);

/* transaction.c: forgets what is queued, and rolls back what was begun. */
void transaction_end(struct db *db);

/* rows.c: false after logging what does not fit. */
bool rows_decode(
    struct request *req, const struct sql_statement *statement, const PGresult *result, void **rows_r, size_t *count_r);
void arguments_encode(
    struct request *req, const struct sql_statement *statement, const void *const *arguments, struct db_entry *entry);

/* outcome.c: what a failed result means; the connection is told what to do about it. */
const struct problem *outcome(
    struct request *req, struct db_link *link, const char *name, const PGresult *result, bool *lost_r);
const struct problem *outcome_unavailable(struct request *req);
const struct problem *outcome_deadline(struct request *req);

/* cancel.c: asks the server to stop what runs; libpq can only do so blocking, so a thread does. */
struct db_cancel *cancel_begin(PGconn *connection);
/* Waits for at most so long; false: it still runs, and may hit whatever this connection does next. */
bool cancel_end(struct db_cancel *cancel, int milliseconds);

#endif
