/*
 * erase.c -- what an order to erase everything does to the data, with the credentials that migrate.  The audit's end
 * and the mails come first: once the schemas are dropped, nothing is left that says they were still to be done.
 */
#include "core/db/erase.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/base/value.h"
#include "core/config/config.h"
#include "core/db/database.h"

#define ATTEMPTS 10

struct erase {
	struct arena *arena;
	const struct config *config;
	PGconn *connection;
	FILE *complaints;
	struct uuid order;
};

const char *
erase_order_path(struct arena *arena, const struct config *config)
{
	return arena_format(arena, "%s/erase.order", config->global.state_dir);
}

/* The one value of one row; false after a complaint. */
static bool
is_true(PGconn *connection, const char *sql, const char *const *values, bool *answer_r, FILE *complaints)
{
	PGresult *result = database_ask(connection, sql, values, complaints);

	*answer_r = result != NULL && PQgetvalue(result, 0, 0)[0] == 't';
	PQclear(result);
	return result != NULL;
}

bool
erase_is_possible(const struct config *config, FILE *complaints)
{
	PGconn *connection = database_open(config, NULL, "stoa erase", complaints);
	bool owns = false;

	if (connection != NULL)
		is_true(connection, "SELECT pg_has_role('stoa_owner', 'MEMBER')", NULL, &owns, complaints);
	PQfinish(connection);
	return owns;
}

static bool
read_order(struct erase *erase)
{
	const char *path = erase_order_path(erase->arena, erase->config);
	FILE *file = fopen(path, "re");
	char line[UUID_TEXT_SIZE + 2] = "";

	if (file != NULL && fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	if (file != NULL)
		fclose(file);
	if (uuid_parse(text_trim(line), &erase->order))
		return true;
	fprintf(erase->complaints, "stoad: %s: there is no order to erase anything.\n", path);
	return false;
}

static bool
is_ordered(struct erase *erase, bool *ordered_r)
{
	const char *const values[] = { uuid_text(erase->arena, erase->order), NULL };

	return is_true(erase->connection, "SELECT to_regclass('auth.erase_order') IS NOT NULL", NULL, ordered_r,
		   erase->complaints) &&
	       (!*ordered_r || is_true(erase->connection, "SELECT auth.erase_is_ordered($1::uuid)", values, ordered_r,
				   erase->complaints));
}

/* Named by the order and its time (the first 48 bits of its id), so that a second try writes the same file. */
static const char *
end_path(struct erase *erase)
{
	char when[32];
	struct tm parts;
	int64_t millis = 0;
	time_t seconds;

	for (size_t i = 0; i < 6; i++)
		millis = millis << 8 | erase->order.bytes[i];
	seconds = (time_t)(millis / 1000);
	gmtime_r(&seconds, &parts);
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &parts);
	return arena_format(erase->arena, "%s/erased-%s-%s.json", erase->config->global.state_dir, when,
	    uuid_text(erase->arena, erase->order));
}

static bool
save_end_of_audit(struct erase *erase)
{
	const char *const values[] = { uuid_text(erase->arena, erase->order), NULL };
	const char *path = end_path(erase);
	PGresult *lines =
	    database_ask(erase->connection, "SELECT line FROM audit.export_end($1::uuid)", values, erase->complaints);
	struct buffer text;

	buffer_init(&text, erase->arena);
	for (int i = 0; lines != NULL && i < PQntuples(lines); i++)
		buffer_format(&text, "%s\n", PQgetvalue(lines, i, 0));
	PQclear(lines);
	if (lines == NULL)
		return false;
	if (file_put(path, text.data))
		return true;
	fprintf(erase->complaints, "stoad: %s: %s\n", path, strerror(errno));
	return false;
}

/* And what a mail is before it has its name. */
static bool
is_mail(const char *name)
{
	size_t length = strlen(name);

	return text_starts_with(name, ".mail-") || (length > 4 && text_equal(name + length - 4, ".eml"));
}

static bool
remove_mails(struct erase *erase)
{
	const char *path = erase->config->global.mail_dir;
	DIR *folder = opendir(path);
	struct dirent *entry;
	bool well = folder != NULL || errno == ENOENT;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (is_mail(entry->d_name) && unlinkat(dirfd(folder), entry->d_name, 0) != 0)
			well = false;
	if (folder != NULL)
		closedir(folder);
	if (!well)
		fprintf(erase->complaints, "stoad: %s: the mails cannot be removed.\n", path);
	return well;
}

/* Of this host none is left; others' would hold locks.  Where we may not end them, they are waited for. */
static bool
end_sessions(struct erase *erase)
{
	return database_do(erase->connection,
	    "SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a"
	    " WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()"
	    "   AND pg_has_role(a.usesysid, 'stoa_area', 'MEMBER')"
	    "   AND NOT (SELECT r.rolsuper FROM pg_roles r WHERE r.oid = a.usesysid)"
	    "   AND (pg_has_role(a.usesysid, 'USAGE') OR pg_has_role('pg_signal_backend', 'USAGE'))",
	    NULL, erase->complaints);
}

/*
 * Whatever the owner of the house owns, also what a newer release has made.  Should we be killed, the server is to
 * notice it soon: whoever comes next waits for it.
 */
static const char drop[] = "BEGIN;"
			   "SET LOCAL client_connection_check_interval = '200ms';"
			   "SET LOCAL lock_timeout = '" DATABASE_LOCK_TIMEOUT "';"
			   "SET LOCAL ROLE stoa_owner;"
			   "DO $$ BEGIN"
			   " EXECUTE (SELECT 'DROP SCHEMA ' || string_agg(quote_ident(n.nspname), ', ') || ' CASCADE'"
			   "            FROM pg_namespace n WHERE n.nspowner = 'stoa_owner'::regrole);"
			   " END $$;"
			   "COMMIT";

static bool
drop_schemas(struct erase *erase)
{
	for (unsigned attempt = 1; attempt <= ATTEMPTS; attempt++) {
		PGresult *result;
		bool well, again;

		if (!end_sessions(erase))
			return false;
		result = database_script(erase->connection, drop);
		well = PQresultStatus(result) == PGRES_COMMAND_OK;
		again = database_collided(result);
		if (!well)
			fprintf(
			    erase->complaints, "stoad: the schemas are not dropped: %s", PQresultErrorMessage(result));
		PQclear(result);
		if (well || !again || !database_do(erase->connection, "ROLLBACK", NULL, erase->complaints))
			return well;
		usleep(100000 * attempt);
	}
	return false;
}

static bool
erase_once(struct erase *erase)
{
	bool ordered;

	if (!database_lock(erase->connection, erase->complaints) || !is_ordered(erase, &ordered))
		return false;
	return !ordered || (save_end_of_audit(erase) && remove_mails(erase) && drop_schemas(erase));
}

bool
erase_everything(struct arena *arena, const struct config *config, FILE *complaints)
{
	struct erase erase = { .arena = arena, .config = config, .complaints = complaints };
	bool well;

	if (!read_order(&erase) || (erase.connection = database_open(config, NULL, "stoa erase", complaints)) == NULL)
		return false;
	well = erase_once(&erase);
	PQfinish(erase.connection);
	return well;
}
