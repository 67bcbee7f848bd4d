/*
 * migrate.c -- `stoad --migrate`: brings the database up to date, one run at a time.  What has been applied
 * never changes; the only way is forward.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/db/migration.h"
#include "core/db/role.h"
#include "core/trust/key.h"

#define ATTEMPTS 10

#define STATUS_WELL    0
#define STATUS_FAILED  1
#define STATUS_WRONG   2
#define STATUS_PENDING 3

/* A row of core.migration. */
struct applied {
	const char *name;
	const char *checksum;
	size_t statements; /* that are done, of a half-done file */
	bool done;
};

struct run {
	struct arena *arena;
	PGconn *connection;
	struct migrations files;
	struct applied *applied;
	size_t applied_count;
};

/* ---- what is there */

static bool
applied_read(struct run *run)
{
	PGresult *result =
	    database_ask(run->connection, "SELECT to_regclass('core.migration') IS NOT NULL", NULL, stderr);
	bool there = result != NULL && PQgetvalue(result, 0, 0)[0] == 't';

	PQclear(result);
	if (result == NULL || !there)
		return result != NULL;
	result = database_ask(run->connection,
	    "SELECT name, checksum, statements, applied_at IS NOT NULL FROM core.migration ORDER BY name COLLATE \"C\"",
	    NULL, stderr);
	if (result == NULL)
		return false;
	run->applied_count = (size_t)PQntuples(result);
	run->applied = ARENA_ARRAY(run->arena, run->applied_count, struct applied);
	for (int i = 0; i < PQntuples(result); i++)
		run->applied[i] = (struct applied){
			.name = arena_text(run->arena, PQgetvalue(result, i, 0)),
			.checksum = arena_text(run->arena, PQgetvalue(result, i, 1)),
			.statements = (size_t)strtoul(PQgetvalue(result, i, 2), NULL, 10),
			.done = PQgetvalue(result, i, 3)[0] == 't',
		};
	PQclear(result);
	return true;
}

static const struct applied *
applied_find(const struct run *run, const char *name)
{
	for (size_t i = 0; i < run->applied_count; i++)
		if (strcmp(run->applied[i].name, name) == 0)
			return &run->applied[i];
	return NULL;
}

/* What is wrong with a file of which something is applied; NULL: nothing. */
static const char *
fault_of(struct run *run, const struct applied *applied)
{
	const struct migration *file = migrations_find(&run->files, applied->name);

	if (file == NULL)
		return "is applied, but the file is gone; put it back (or install the version that has it)";
	if (applied->done && strcmp(file->checksum, applied->checksum) != 0)
		return "has changed since it was applied; put it back as it was, and write a new migration";
	if (!applied->done &&
	    (!file->no_transaction || file->statement_count < applied->statements ||
		strcmp(migration_checksum_of(run->arena, file, applied->statements), applied->checksum) != 0))
		return "is half done, and what is done of it has changed; put that part back as it was";
	return NULL;
}

/* The first file in order of which nothing is applied must stand behind all that are. */
static bool
check(struct run *run, FILE *complaints)
{
	const char *last = "";
	bool well = true;

	for (size_t i = 0; i < run->applied_count; i++) {
		const char *fault = fault_of(run, &run->applied[i]);

		last = run->applied[i].name;
		if (fault != NULL)
			fprintf(complaints, "stoad: schema/%s %s.\n", last, fault);
		well = well && fault == NULL;
	}
	for (size_t i = 0; i < run->files.count; i++) {
		const char *name = run->files.items[i].name;

		if (applied_find(run, name) != NULL || strcmp(name, last) > 0)
			continue;
		fprintf(complaints,
		    "stoad: schema/%s is new, but sorts before %s, which is applied; give it a higher number.\n", name,
		    last);
		well = false;
	}
	return well;
}

/* Indexes that a failed CREATE INDEX CONCURRENTLY left: they cost and help nobody.  How many; -1: it cannot be told. */
static int
invalid_indexes(struct run *run, FILE *out)
{
	PGresult *result = database_ask(run->connection,
	    "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
	    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND c.relkind = 'i' "
	    "AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1",
	    NULL, stderr);
	int count = result != NULL ? PQntuples(result) : -1;

	for (int i = 0; i < count; i++)
		fprintf(out, "invalid  %s, left by a failed CREATE INDEX CONCURRENTLY: DROP INDEX CONCURRENTLY %s;\n",
		    PQgetvalue(result, i, 0), PQgetvalue(result, i, 0));
	PQclear(result);
	return count;
}

/* ---- applying */

static void
complain_about(const struct migration *file, const char *sql, const PGresult *result, const PGconn *connection)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *start = strstr(file->text, sql);
	long line = 1, characters = position != NULL ? strtol(position, NULL, 10) - 1 : 0;

	for (const char *c = file->text; start != NULL && c < start; c++)
		line += *c == '\n';
	for (const char *c = sql; characters > 0 && *c != '\0'; c++) {
		line += *c == '\n';
		characters -= ((unsigned char)*c & 0xc0) != 0x80; /* PostgreSQL counts characters */
	}
	fprintf(stderr, "stoad: schema/%s:%ld: %s%s%s\n", file->name, line,
	    message != NULL ? message : PQerrorMessage(connection), detail != NULL ? ": " : "",
	    detail != NULL ? detail : "");
}

enum attempt { DONE, FAILED, COLLIDED };

static enum attempt
execute(struct run *run, const struct migration *file, const char *sql)
{
	PGresult *result = database_script(run->connection, sql);
	enum attempt attempt = DONE;

	if (PQresultStatus(result) == PGRES_FATAL_ERROR)
		attempt = database_collided(result) ? COLLIDED : FAILED;
	if (attempt == FAILED)
		complain_about(file, sql, result, run->connection);
	PQclear(result);
	return attempt;
}

static bool
command(struct run *run, const char *sql)
{
	return database_do(run->connection, sql, NULL, stderr);
}

/* Ten tries with growing pauses, some half a minute in all. */
static bool
repeat(struct run *run, const struct migration *file,
    enum attempt (*once)(struct run *, const struct migration *, size_t), size_t number)
{
	for (useconds_t attempt = 1; attempt <= ATTEMPTS; attempt++) {
		enum attempt result = once(run, file, number);

		if (result != COLLIDED)
			return result == DONE;
		fprintf(stderr, "stoad: schema/%s waits for a lock that somebody holds (attempt %u of %d)\n",
		    file->name, (unsigned)attempt, ATTEMPTS);
		usleep(100000 * attempt);
	}
	fprintf(stderr, "stoad: schema/%s: gave up; `scripts/stoa doctor` shows who holds the lock.\n", file->name);
	return false;
}

static bool
note(struct run *run, const struct migration *file, size_t statements, const char *checksum, bool done, int64_t took)
{
	const char *const values[] = { file->name, checksum, arena_format(run->arena, "%zu", statements),
		done ? "t" : "f", arena_format(run->arena, "%lld", (long long)(took / MILLISECOND)), NULL };

	return database_do(run->connection,
	    "INSERT INTO core.migration AS m (name, checksum, statements, applied_at, took_ms) "
	    "VALUES ($1, $2, $3::int, CASE WHEN $4::bool THEN clock_timestamp() END, $5::bigint) "
	    "ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, statements = excluded.statements, "
	    "applied_at = excluded.applied_at, took_ms = m.took_ms + excluded.took_ms",
	    values, stderr);
}

static enum attempt
apply_whole(struct run *run, const struct migration *file, size_t number)
{
	int64_t began = env_monotonic(&env_system);
	enum attempt attempt;

	(void)number;
	if (!command(run, "BEGIN") || !command(run, "SET LOCAL lock_timeout = '" DATABASE_LOCK_TIMEOUT "'") ||
	    !command(run, "SET LOCAL ROLE stoa_owner"))
		return FAILED;
	attempt = execute(run, file, file->text);
	if (attempt == DONE && PQtransactionStatus(run->connection) != PQTRANS_INTRANS) {
		fprintf(stderr, "stoad: schema/%s ends its transaction itself; it may not.\n", file->name);
		return FAILED;
	}
	if (attempt == DONE && (!command(run, "RESET ROLE") ||
				   !note(run, file, 0, file->checksum, true, env_monotonic(&env_system) - began) ||
				   !command(run, "COMMIT")))
		attempt = FAILED;
	if (attempt != DONE)
		command(run, "ROLLBACK");
	return attempt;
}

/* What builds CONCURRENTLY waits for old transactions without being in anybody's way. */
static enum attempt
apply_statement(struct run *run, const struct migration *file, size_t number)
{
	const char *sql = file->statements[number];
	enum attempt attempt;

	if (!command(run, strcasestr(sql, "concurrently") != NULL ? "SET lock_timeout = 0"
								  : "SET lock_timeout = '" DATABASE_LOCK_TIMEOUT "'") ||
	    !command(run, "SET ROLE stoa_owner"))
		return FAILED;
	attempt = execute(run, file, sql);
	return command(run, "RESET ROLE") && command(run, "RESET lock_timeout") ? attempt : FAILED;
}

static bool
apply_steps(struct run *run, const struct migration *file)
{
	const struct applied *before = applied_find(run, file->name);

	if (invalid_indexes(run, stderr) != 0) {
		fprintf(stderr, "stoad: schema/%s is not begun before that is done.\n", file->name);
		return false;
	}
	for (size_t i = before != NULL ? before->statements : 0; i < file->statement_count; i++) {
		int64_t began = env_monotonic(&env_system);

		if (!repeat(run, file, apply_statement, i) ||
		    !note(run, file, i + 1, migration_checksum_of(run->arena, file, i + 1), false,
			env_monotonic(&env_system) - began))
			return false;
	}
	return note(run, file, file->statement_count, file->checksum, true, 0);
}

static bool
apply(struct run *run, const struct migration *file)
{
	int64_t began = env_monotonic(&env_system);

	if (!(file->no_transaction ? apply_steps(run, file) : repeat(run, file, apply_whole, 0)))
		return false;
	printf("applied  %s  %lld ms\n", file->name, (long long)((env_monotonic(&env_system) - began) / MILLISECOND));
	fflush(stdout);
	return true;
}

/* ---- the two commands */

static int
migrate(struct run *run, const struct command_line *line)
{
	size_t applied = 0;

	if (!key_open(line->config) || !database_lock(run->connection, stderr) ||
	    !roles_make(run->arena, line->config, line->house, run->connection, stderr) || !applied_read(run) ||
	    !check(run, stderr))
		return STATUS_FAILED;
	for (size_t i = 0; i < run->files.count; i++) {
		const struct applied *before = applied_find(run, run->files.items[i].name);

		if (before != NULL && before->done)
			continue;
		if (!apply(run, &run->files.items[i]))
			return STATUS_FAILED;
		applied++;
	}
	if (applied == 0)
		puts("up to date");
	return STATUS_WELL;
}

static int
status(struct run *run)
{
	size_t pending = 0;
	int invalid;

	if (!applied_read(run))
		return STATUS_FAILED;
	for (size_t i = 0; i < run->files.count; i++) {
		const struct migration *file = &run->files.items[i];
		const struct applied *applied = applied_find(run, file->name);

		pending += applied == NULL || !applied->done;
		if (applied != NULL && fault_of(run, applied) != NULL)
			printf("changed  %s\n", file->name);
		else if (applied != NULL && !applied->done)
			printf("partly   %s  %zu of %zu statements\n", file->name, applied->statements,
			    file->statement_count);
		else
			printf("%s  %s\n", applied != NULL ? "applied" : "pending", file->name);
	}
	for (size_t i = 0; i < run->applied_count; i++)
		if (migrations_find(&run->files, run->applied[i].name) == NULL)
			printf("gone     %s\n", run->applied[i].name);
	invalid = invalid_indexes(run, stdout);
	if (!check(run, stderr) || invalid != 0)
		return STATUS_FAILED;
	return pending > 0 ? STATUS_PENDING : STATUS_WELL;
}

int
migrate_command(const struct command_line *line)
{
	const char *argument = line->arguments[0];
	struct run run = { .arena = line->arena };
	int result;

	if (argument != NULL && (strcmp(argument, "status") != 0 || line->arguments[1] != NULL)) {
		fputs("usage: stoad --migrate [status]\n", stderr);
		return STATUS_WRONG;
	}
	if (!migrations_read(
		line->arena, arena_format(line->arena, "%s/schema", line->config->global.data_dir), &run.files, stderr))
		return STATUS_FAILED;
	run.connection = database_open(line->config, NULL, "stoa migrate", stderr);
	if (run.connection == NULL)
		return STATUS_FAILED;
	result = argument != NULL ? status(&run) : migrate(&run, line);
	PQfinish(run.connection);
	return result;
}
