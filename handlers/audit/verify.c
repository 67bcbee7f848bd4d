/*
 * verify.c -- replays the audit, from the database or from an export.  In the database only such keys are believed
 * whose private half opens with this house's secret: whoever can write to the database cannot make one.
 */
#include "handlers/audit/verify.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "core/trust/queries.h"
#include "core/trust/token_key.h"
#include "handlers/audit/chain.h"

#define ROWS_AT_ONCE "2000"

static int
usage(void)
{
	fputs("usage: stoad --audit verify [--file EXPORT] [--seal NUMBER:HASH]\n\n"
	      "  --file  lines of GET /v1/audit/export instead of the database; - is standard input\n"
	      "  --seal  one that must be there: the log has a line for each\n",
	    stderr);
	return 2;
}

/* ---- from the database */

static bool
read_key(struct chain *chain, struct arena *arena, const PGresult *keys, int row)
{
	struct request req = { .arena = arena, .env = &env_system };
	struct key_list_row key = { .kid = PQgetvalue(keys, row, 0) };
	struct token_key parsed;

	if (!hex_decode(arena, PQgetvalue(keys, row, 1), &key.public_part) ||
	    !hex_decode(arena, PQgetvalue(keys, row, 2), &key.private_part) || !key_parse(&req, &key, &parsed))
		return false;
	if (parsed.private_half != NULL && EVP_PKEY_up_ref(parsed.public_half) == 1)
		chain_key(chain, key.kid, parsed.public_half);
	key_forget(&parsed);
	return true;
}

static bool
read_keys(struct chain *chain, struct arena *arena, PGconn *database)
{
	PGresult *keys = database_ask(database,
	    "SELECT kid, encode(public_part, 'hex'), encode(private_part, 'hex') FROM core.key_history('audit')", NULL,
	    stderr);

	for (int i = 0; keys != NULL && i < PQntuples(keys); i++)
		read_key(chain, arena, keys, i);
	PQclear(keys);
	chain->own_keys = true;
	return keys != NULL;
}

/* Whole seals from that position on; how many lines, or -1. */
static int
read_lines(struct chain *chain, PGconn *database, int64_t from)
{
	struct arena *scratch = arena_new();
	PGresult *lines = database_ask(database, "SELECT line FROM audit.export_lines($1::bigint, " ROWS_AT_ONCE ")",
	    (const char *const[]){ arena_format(scratch, "%" PRId64, from), NULL }, stderr);
	int count = lines == NULL ? -1 : PQntuples(lines);

	for (int i = 0; i < count; i++) {
		arena_reset(scratch);
		chain_line(chain, scratch, PQgetvalue(lines, i, 0), (size_t)PQgetlength(lines, i, 0));
	}
	PQclear(lines);
	arena_free(scratch);
	return count;
}

/* A row behind the last seal came there by hand: the sealer moves and seals in one transaction. */
static bool
look_for_strays(struct chain *chain, PGconn *database)
{
	PGresult *strays = database_ask(database, "SELECT position FROM audit.strays()", NULL, stderr);

	if (strays != NULL && PQntuples(strays) > 0)
		chain_fault(chain, "position %s: the row is in no seal", PQgetvalue(strays, 0, 0));
	PQclear(strays);
	return strays != NULL;
}

static bool
replay_database(struct chain *chain, const struct command_line *line)
{
	PGconn *database;
	int64_t from = 1;
	int count;

	if (!key_open(line->config) ||
	    (database = database_open(line->config, "stoa_audit", "stoad --audit verify", stderr)) == NULL)
		return false;
	count = read_keys(chain, line->arena, database) ? 1 : -1;
	while (count > 0 && (count = read_lines(chain, database, from)) > 0) {
		if (chain->last < from) {
			chain_fault(chain, "position %" PRId64 ": a seal does not say how far it reaches", from);
			count = 0;
		}
		from = chain->last + 1;
	}
	if (count == 0 && !look_for_strays(chain, database))
		count = -1;
	PQfinish(database);
	return count == 0;
}

/* ---- from an export */

static bool
replay_file(struct chain *chain, const char *path)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	struct arena *scratch = arena_new();
	char *text = NULL;
	size_t room = 0;
	ssize_t length;
	bool well;

	if (file == NULL) {
		perror(path);
		arena_free(scratch);
		return false;
	}
	chain->from_start = false;
	while ((length = getline(&text, &room, file)) > 0) {
		arena_reset(scratch);
		chain_line(chain, scratch, text, (size_t)length - (text[length - 1] == '\n'));
	}
	well = ferror(file) == 0;
	if (file != stdin)
		fclose(file);
	free(text);
	arena_free(scratch);
	return well;
}

static bool
know_seal(struct chain *chain, const char *text)
{
	char *end;

	chain->known_number = strtoll(text, &end, 10);
	chain->known_hash = end + 1;
	return chain->known_number > 0 && *end == ':' && strlen(end + 1) == 2 * (size_t)SHA256_SIZE;
}

static int
verdict(struct chain *chain, bool well)
{
	chain_end(chain);
	if (!well) {
		fputs("audit: it could not be read to its end, so nothing is said of it.\n", stderr);
		return 1;
	}
	if (chain->faults > 0) {
		printf("audit: %" PRId64 " faults in %" PRId64 " rows and %" PRId64 " seals\n", chain->faults,
		    chain->rows, chain->seals);
		return 1;
	}
	if (chain->seals == 0) {
		puts("audit: there is nothing in it yet");
		return 0;
	}
	if (chain->rows_gone)
		printf("audit: it ended at position %" PRId64 ", and was erased\n", chain->last);
	else
		printf("audit: whole, %" PRId64 " rows under %" PRId64 " seals up to position %" PRId64 "\n",
		    chain->rows, chain->seals, chain->last);
	printf("last seal: %" PRId64 ":%s, signed with %s\n", chain->number, chain->hash_text, chain->kid);
	return 0;
}

int
audit_command(const struct command_line *line)
{
	char *const *arguments = line->arguments;
	const char *file = NULL;
	struct chain chain;

	if (arguments[0] == NULL || strcmp(*arguments++, "verify") != 0)
		return usage();
	chain_begin(&chain, stdout);
	for (; *arguments != NULL; arguments += 2) {
		if (arguments[1] == NULL)
			return usage();
		if (strcmp(arguments[0], "--file") == 0)
			file = arguments[1];
		else if (strcmp(arguments[0], "--seal") != 0 || !know_seal(&chain, arguments[1]))
			return usage();
	}
	return verdict(&chain, file != NULL ? replay_file(&chain, file) : replay_database(&chain, line));
}
