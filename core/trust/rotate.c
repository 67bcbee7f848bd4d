/*
 * rotate.c -- a new key for tokens.  It is published for KEY_PUBLISH_AHEAD before it signs; meanwhile the present one
 * signs on, and it is believed until the last token that it signed has expired, with as much again to spare.
 */
#include "core/trust/command.h"

#include <libpq-fe.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/db/database.h"
#include "core/trust/token_key.h"

#define RETIRES_AFTER ((2 * KEY_PUBLISH_AHEAD + 2 * KEY_LAST_TOKEN) / SECOND)

/* One statement, so that there is never a moment without a key, nor one with two that last.  Workers know
 * TOKEN_KEYS_MAX: one more would push out the one that signs. */
static const char rotation[] =
    "WITH retired AS (SELECT core.key_retire(k.kid, now() + $4 * interval '1 second')"
    "                   FROM core.key_list('token') AS k WHERE k.retires_at IS NULL AND k.kid <> $1)"
    "SELECT core.key_add($1, 'token', decode($2, 'hex'), decode($3, 'hex'), NULL), (SELECT count(*) FROM retired)"
    " WHERE (SELECT count(*) FROM core.key_list('token')) < $5::int";

static bool
rotate(struct arena *arena, PGconn *database, struct key_parts *parts, FILE *complaints)
{
	const char *const values[] = { parts->kid,
		hex_encode(arena, parts->public_part.data, parts->public_part.length),
		hex_encode(arena, parts->private_part.data, parts->private_part.length),
		arena_format(arena, "%lld", (long long)RETIRES_AFTER), arena_format(arena, "%d", TOKEN_KEYS_MAX),
		NULL };
	PGresult *result = database_ask(database, rotation, values, complaints);
	bool well = result != NULL && PQntuples(result) == 1;

	if (result != NULL && !well)
		fprintf(complaints, "There are %d keys already.  The oldest go within the hour; rotate again then.\n",
		    TOKEN_KEYS_MAX);
	PQclear(result);
	return well;
}

int
rotate_key(const struct config *config, FILE *out, FILE *complaints)
{
	struct arena *arena = arena_new();
	PGconn *database = database_open(config, NULL, "stoad --keys rotate", complaints);
	struct key_parts parts;
	bool well = database != NULL && key_parts_make(arena, &env_system, &parts) &&
		    rotate(arena, database, &parts, complaints);

	if (well)
		fprintf(out,
		    "%s: published now, signs in %lld minutes; older keys are believed for %lld minutes more.\n",
		    parts.kid, (long long)(KEY_PUBLISH_AHEAD / SECOND / 60), (long long)(RETIRES_AFTER / 60));
	PQfinish(database);
	arena_free(arena);
	return well ? 0 : 1;
}
