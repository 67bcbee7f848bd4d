/*
 * rewrap.c -- seals anew.  A hundred rows at a time, each written only if it is still what was read, so that it may
 * run beside a working house, be stopped, and be run again.
 */
#include "core/trust/command.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/db/database.h"
#include "core/trust/key.h"

#define BATCH 100

struct sealed_column {
	const char *table;
	const char *id;
	const char *column;
	const char *context;
};

#define SEALED(table_, id_, column_, context_) { .table = table_, .id = id_, .column = column_, .context = context_ },
static const struct sealed_column columns[] = {
#include "core/trust/sealed.def"
};
#undef SEALED

struct tally {
	size_t fresh;  /* under the newest secret already */
	size_t sealed; /* anew */
	size_t failed; /* did not open */
};

/* The format's one %s; formats are ours, but a compiler cannot see that. */
static const char *
context_of(struct arena *arena, const struct sealed_column *column, const char *id)
{
	const char *mark = strstr(column->context, "%s");

	if (mark == NULL)
		return column->context;
	return arena_format(arena, "%.*s%s%s", (int)(mark - column->context), column->context, id, mark + 2);
}

static bool
rewrap_row(struct arena *arena, PGconn *database, const struct sealed_column *column, const char *id, const char *hex,
    struct tally *tally, FILE *complaints)
{
	const char *context = context_of(arena, column, id), *anew, *sql;
	struct bytes sealed, plain;

	if (!hex_decode(arena, hex, &sealed) || !unseal(arena, context, sealed, &plain)) {
		fprintf(complaints, "%s: %s of %s does not open with the secrets at hand\n", column->table,
		    column->column, id);
		tally->failed++;
		return true;
	}
	if (!seal_is_old(sealed)) {
		tally->fresh++;
		return true;
	}
	sealed = seal(arena, &env_system, context, plain);
	explicit_bzero((void *)(uintptr_t)plain.data, plain.length);
	anew = hex_encode(arena, sealed.data, sealed.length);
	sql = arena_format(arena, "UPDATE %s SET %s = decode($2, 'hex') WHERE %s::text = $1 AND %s = decode($3, 'hex')",
	    column->table, column->column, column->id, column->column);
	tally->sealed++;
	return database_do(database, sql, (const char *const[]){ id, anew, hex, NULL }, complaints);
}

/* The rows behind `after`, in the order of their ids as text; *after moves on, NULL: there are none left. */
static bool
rewrap_batch(struct arena *arena, PGconn *database, const struct sealed_column *column, const char **after,
    struct tally *tally, FILE *complaints)
{
	const char *sql = arena_format(arena,
	    "SELECT %s::text, encode(%s, 'hex') FROM %s WHERE %s IS NOT NULL AND %s::text COLLATE \"C\" > $1"
	    " ORDER BY %s::text COLLATE \"C\" LIMIT %d",
	    column->id, column->column, column->table, column->column, column->id, column->id, BATCH);
	PGresult *rows = database_ask(database, sql, (const char *const[]){ *after, NULL }, complaints);
	bool well = rows != NULL;

	*after = NULL;
	for (int i = 0; well && i < PQntuples(rows); i++) {
		const char *id = arena_text(arena, PQgetvalue(rows, i, 0));

		well = rewrap_row(arena, database, column, id, PQgetvalue(rows, i, 1), tally, complaints);
		*after = id;
	}
	PQclear(rows);
	return well;
}

static bool
rewrap_column(PGconn *database, const struct sealed_column *column, struct tally *tally, FILE *complaints)
{
	char *last = strdup("");
	bool well = last != NULL;

	while (well && last != NULL) {
		struct arena *arena = arena_new();
		const char *after = last;

		well = rewrap_batch(arena, database, column, &after, tally, complaints);
		free(last);
		last = after != NULL ? strdup(after) : NULL;
		arena_free(arena);
	}
	free(last);
	return well;
}

int
rewrap_all(const struct config *config, FILE *out, FILE *complaints)
{
	PGconn *database = database_open(config, NULL, "stoad --keys rewrap", complaints);
	size_t failed = 0;
	bool well = database != NULL;

	for (size_t i = 0; well && i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct tally tally = { 0 };

		well = rewrap_column(database, &columns[i], &tally, complaints);
		fprintf(out, "%s.%s: %zu sealed anew, %zu already were\n", columns[i].table, columns[i].column,
		    tally.sealed, tally.fresh);
		failed += tally.failed;
	}
	if (database != NULL)
		PQfinish(database);
	if (well && failed == 0)
		fputs("Every seal is under the newest secret; older ones may be taken out of the file.\n", out);
	return well && failed == 0 ? 0 : 1;
}
