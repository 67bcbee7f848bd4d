/* db.c -- a worker's access to the database: made once, asked for years, dropped when idle. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/db/link.h"

struct db *
db_new(const struct config *config, const char *role)
{
	struct arena *arena = arena_new();
	struct db *db = ARENA_NEW(arena, struct db);

	db->arena = arena;
	db->config = config;
	db->role = arena_text(arena, role);
	db->primary.db = db->replica.db = db;
	db->replica.replica = true;
	return db;
}

void
db_free(struct db *db)
{
	link_drop(&db->primary);
	link_drop(&db->replica);
	arena_free(db->arena);
}

/* One that listens stays: what wakes it comes while it is idle. */
static void
rest(struct db_link *link, int64_t monotonic, bool listens)
{
	int64_t idle = link->db->config->global.database_idle * SECOND;

	if (link->connection == NULL)
		return;
	if (link->unread > 0)
		link_read_ready(link);
	if (PQstatus(link->connection) != CONNECTION_OK || (!listens && monotonic - link->used > idle))
		link_drop(link);
}

void
db_rest(struct db *db, int64_t monotonic)
{
	if (db->transaction == DB_OPEN)
		log_line(
		    ERROR, NULL, "db", "a transaction was left open; it is rolled back", { "role", .text = db->role });
	transaction_end(db);
	rest(&db->primary, monotonic, db->channel_count > 0);
	rest(&db->replica, monotonic, false);
}

int
db_socket(const struct db *db)
{
	return db->primary.connection != NULL ? PQsocket(db->primary.connection) : -1;
}

uint64_t
db_flushes(const struct db *db)
{
	return db->flushes;
}

int
db_backend(const struct db *db)
{
	return db->primary.connection != NULL ? PQbackendPID(db->primary.connection) : 0;
}

void
db_listen(struct db *db, const char *channel)
{
	for (size_t i = 0; i < db->channel_count; i++)
		if (strcmp(db->channels[i], channel) == 0)
			return;
	if (db->channel_count == DB_CHANNELS_MAX) {
		log_line(ERROR, NULL, "db", "too many channels", { "channel", .text = channel });
		return;
	}
	db->channels[db->channel_count++] = arena_text(db->arena, channel);
	db->primary.set_up = false; /* LISTEN leaves with the next flush */
}

bool
db_notified(struct db *db)
{
	struct db_link *link = &db->primary;
	bool notified = db->notified;
	PGnotify *notice;

	db->notified = false;
	if (link->connection == NULL)
		return notified;
	link_read_ready(link);
	while ((notice = PQnotifies(link->connection)) != NULL) {
		notified = true;
		PQfreemem(notice);
	}
	if (PQstatus(link->connection) != CONNECTION_OK)
		link_drop(link);
	return notified;
}
