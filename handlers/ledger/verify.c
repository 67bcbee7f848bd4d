/*
 * verify.c -- plays all transfers again, in their order, and compares: each row's balances with what the rows before it
 * come to; in the end the balances as they are kept, with what is held and promised.  One snapshot, read while the
 * poster goes on, in binary and as a stream: ten million rows take no more memory than their accounts.
 */
#include "handlers/ledger/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/money.h"
#include "core/db/codec.h"
#include "core/db/database.h"
#include "core/trust/key.h"

#define FIELDS_MAX  8
#define HEADER_SIZE 19 /* of COPY's binary form: a signature, flags, no extension */

struct known {
	struct uuid id;
	minor_units posted;
	bool used, kept;
};

struct replay {
	struct arena *arena;
	PGconn *database;
	struct known *accounts; /* open addressing, at most half full */
	size_t size, count;
	int64_t position;
	struct instant at;
	bool wrong; /* said already, what */
};

/* One field of a row; NULL data: SQL NULL. */
struct part {
	const char *data;
	size_t length;
};

static void wrong(struct replay *replay, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Only the first is told: what follows may follow from it. */
static void
wrong(struct replay *replay, const char *format, ...)
{
	va_list arguments;

	if (replay->wrong)
		return;
	replay->wrong = true;
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

static const char *
units_text(struct replay *replay, minor_units units)
{
	char text[MONEY_TEXT_SIZE];

	return arena_text(replay->arena, minor_units_print(units, text));
}

static struct known *
place_of(struct known *accounts, size_t size, struct uuid id)
{
	uint64_t high, low;
	size_t at;

	memcpy(&high, id.bytes, sizeof(high));
	memcpy(&low, id.bytes + 8, sizeof(low));
	at = (size_t)((high ^ low) * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (size - 1);
	while (accounts[at].used && !uuid_equal(accounts[at].id, id))
		at = (at + 1) & (size - 1);
	return &accounts[at];
}

static void
grow(struct replay *replay)
{
	size_t size = replay->size == 0 ? 1024 : 2 * replay->size;
	struct known *accounts = calloc(size, sizeof(*accounts));

	if (accounts == NULL)
		abort();
	for (size_t i = 0; i < replay->size; i++)
		if (replay->accounts[i].used)
			*place_of(accounts, size, replay->accounts[i].id) = replay->accounts[i];
	free(replay->accounts);
	replay->accounts = accounts;
	replay->size = size;
}

static struct known *
account(struct replay *replay, struct uuid id)
{
	struct known *known;

	if (2 * replay->count >= replay->size)
		grow(replay);
	known = place_of(replay->accounts, replay->size, id);
	if (!known->used) {
		*known = (struct known){ .id = id, .used = true };
		replay->count++;
	}
	return known;
}

static bool
take(const struct part *part, enum sql_type type, void *value_r)
{
	return part->data != NULL && sql_decode(NULL, type, part->data, part->length, value_r);
}

static uint32_t
take32(const char *data)
{
	const unsigned char *bytes = (const unsigned char *)data;

	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* A tuple of COPY's binary form; false at the end, or when it is none. */
static bool
split_row(const char *data, size_t length, struct part *parts, size_t count)
{
	size_t at = 2;

	if (length < 2 || (size_t)((unsigned char)data[0] << 8 | (unsigned char)data[1]) != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		uint32_t size;

		if (at + 4 > length)
			return false;
		size = take32(data + at);
		at += 4;
		parts[i] = (struct part){ size == UINT32_MAX ? NULL : data + at, size };
		if (size != UINT32_MAX && (at += size) > length)
			return false;
	}
	return true;
}

typedef void row_function(struct replay *replay, const struct part *parts);

/* False after a complaint. */
static bool
stream(struct replay *replay, const char *copy, size_t count, row_function *row)
{
	PGresult *result = PQexecParams(replay->database, copy, 0, NULL, NULL, NULL, NULL, 0);
	struct part parts[FIELDS_MAX];
	bool first = true, well = PQresultStatus(result) == PGRES_COPY_OUT;
	char *data;
	int length;

	PQclear(result);
	if (!well) {
		fprintf(stderr, "stoad: %s", PQerrorMessage(replay->database));
		return false;
	}
	while ((length = PQgetCopyData(replay->database, &data, 0)) > 0) {
		size_t skip = first && length >= HEADER_SIZE && memcmp(data, "PGCOPY\n", 7) == 0 ? HEADER_SIZE : 0;

		if (split_row(data + skip, (size_t)length - skip, parts, count))
			row(replay, parts);
		PQfreemem(data);
		first = false;
	}
	result = PQgetResult(replay->database);
	well = length == -1 && PQresultStatus(result) == PGRES_COMMAND_OK;
	if (!well)
		fprintf(stderr, "stoad: %s", PQerrorMessage(replay->database));
	PQclear(result);
	while ((result = PQgetResult(replay->database)) != NULL)
		PQclear(result);
	return well;
}

static void
replay_side(struct replay *replay, struct known *side, minor_units after, const char *name)
{
	if (side->posted != after)
		wrong(replay, "position %lld: %s_after is %s, and the transfers up to it come to %s (account %s)",
		    (long long)replay->position, name, units_text(replay, after), units_text(replay, side->posted),
		    uuid_text(replay->arena, side->id));
}

static void
replay_transfer(struct replay *replay, const struct part *parts)
{
	minor_units amount, debit_after, credit_after;
	struct uuid debit, credit;
	struct known *side;
	struct instant at;
	int64_t position;

	if (!take(&parts[0], SQL_BIGINT, &position) || !take(&parts[1], SQL_TIMESTAMPTZ, &at) ||
	    !take(&parts[2], SQL_UUID, &debit) || !take(&parts[3], SQL_UUID, &credit) ||
	    !take(&parts[4], SQL_NUMERIC, &amount) || !take(&parts[5], SQL_NUMERIC, &debit_after) ||
	    !take(&parts[6], SQL_NUMERIC, &credit_after)) {
		wrong(replay, "position %lld: the transfer behind it cannot be read", (long long)replay->position);
		return;
	}
	if (position != replay->position + 1)
		wrong(replay, "position %lld: it is missing; the next one is %lld", (long long)(replay->position + 1),
		    (long long)position);
	replay->position = position;
	if (at.micros < replay->at.micros)
		wrong(replay, "position %lld: its time is before that of the one before it", (long long)position);
	replay->at = at;
	if (amount <= 0 || uuid_equal(debit, credit))
		wrong(replay, "position %lld: it moves nothing", (long long)position);
	side = account(replay, debit);
	side->posted -= amount;
	replay_side(replay, side, debit_after, "debit");
	side = account(replay, credit);
	side->posted += amount;
	replay_side(replay, side, credit_after, "credit");
}

/* account, posted, held, incoming, what open holds come to on either side, floor */
static void
compare_balance(struct replay *replay, const struct part *parts)
{
	minor_units posted = 0, held = 0, incoming = 0, holds = 0, promises = 0, floor;
	struct uuid id = { { 0 } };
	struct known *known;
	const char *name;

	take(&parts[0], SQL_UUID, &id);
	name = uuid_text(replay->arena, id);
	known = account(replay, id);
	known->kept = true;
	if (!take(&parts[1], SQL_NUMERIC, &posted) || posted != known->posted)
		wrong(replay, "account %s: posted is %s, and the transfers come to %s", name,
		    units_text(replay, posted), units_text(replay, known->posted));
	if (!take(&parts[2], SQL_NUMERIC, &held) || !take(&parts[4], SQL_NUMERIC, &holds) || held != holds)
		wrong(replay, "account %s: held is %s, and the open holds come to %s", name, units_text(replay, held),
		    units_text(replay, holds));
	if (!take(&parts[3], SQL_NUMERIC, &incoming) || !take(&parts[5], SQL_NUMERIC, &promises) ||
	    incoming != promises)
		wrong(replay, "account %s: incoming is %s, and the open holds come to %s", name,
		    units_text(replay, incoming), units_text(replay, promises));
	if (take(&parts[6], SQL_NUMERIC, &floor) && posted - held < floor)
		wrong(replay, "account %s: %s is available, below its floor of %s", name,
		    units_text(replay, posted - held), units_text(replay, floor));
}

/* What remains to be compared is small, or an index finds it: PostgreSQL looks.  The first text of the answer, if any.
 */
static bool
ask(struct replay *replay, const char *sql)
{
	PGresult *result = database_ask(replay->database, sql, NULL, stderr);

	if (result == NULL)
		return false;
	if (PQntuples(result) > 0)
		wrong(replay, "%s", PQgetvalue(result, 0, 0));
	PQclear(result);
	return true;
}

static bool
compare_rest(struct replay *replay)
{
	for (size_t i = 0; i < replay->size; i++)
		if (replay->accounts[i].used && !replay->accounts[i].kept)
			wrong(replay, "account %s: it has transfers and no balance",
			    uuid_text(replay->arena, replay->accounts[i].id));
	return ask(replay, arena_format(replay->arena,
			       "SELECT 'head: the last position is ' || position || ', and the last transfer %lld'"
			       " FROM ledger.head WHERE position <> %lld",
			       (long long)replay->position, (long long)replay->position)) &&
	       ask(replay, "SELECT 'payment ' || f.item || ': refunded is ' || f.amount || ', more than was paid or "
			   "than the refunds'"
			   " FROM ledger.refunded f WHERE f.amount > (SELECT p.amount FROM "
			   "ledger.paid_of(ARRAY[f.item]) p) LIMIT 1") &&
	       ask(replay, "SELECT 'currency ' || a.currency || ': all balances together are ' || sum(b.posted) || ', "
			   "and not 0'"
			   " FROM ledger.balance b JOIN ledger.account a ON a.id = b.account GROUP BY a.currency"
			   " HAVING sum(b.posted) <> 0 LIMIT 1");
}

static bool
replay_all(struct replay *replay)
{
	return database_do(replay->database, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", NULL, stderr) &&
	       database_do(replay->database, "SET LOCAL statement_timeout = 0", NULL, stderr) &&
	       stream(replay,
		   "COPY (SELECT position, at, debit, credit, amount, debit_after, credit_after FROM ledger.transfer"
		   " ORDER BY position) TO STDOUT (FORMAT binary)",
		   7, replay_transfer) &&
	       stream(replay,
		   "COPY (SELECT b.account, b.posted, b.held, b.incoming, coalesce(d.sum, 0)::numeric(38,0),"
		   " coalesce(c.sum, 0)::numeric(38,0), b.floor FROM ledger.balance b"
		   " LEFT JOIN (SELECT debit, sum(amount) FROM ledger.hold WHERE state = 'held' GROUP BY debit) d"
		   " ON d.debit = b.account"
		   " LEFT JOIN (SELECT credit, sum(amount) FROM ledger.hold WHERE state = 'held' GROUP BY credit) c"
		   " ON c.credit = b.account) TO STDOUT (FORMAT binary)",
		   7, compare_balance) &&
	       compare_rest(replay);
}

static int
verify(const struct command_line *line)
{
	struct replay replay = { .arena = line->arena, .at = INSTANT_MIN };
	int64_t began = env_monotonic(&env_system);
	bool read;

	if (!key_open(line->config) ||
	    (replay.database = database_open(line->config, "stoa_ledger", "stoad --ledger verify", stderr)) == NULL)
		return 1;
	grow(&replay);
	read = replay_all(&replay);
	PQfinish(replay.database);
	if (read && !replay.wrong)
		printf("%lld transfers between %zu accounts: every balance and every sum follows from them (%.1f s)\n",
		    (long long)replay.position, replay.count, (double)(env_monotonic(&env_system) - began) / SECOND);
	free(replay.accounts);
	return read && !replay.wrong ? 0 : 1;
}

int
ledger_command(const struct command_line *line)
{
	if (line->arguments[0] != NULL && strcmp(line->arguments[0], "verify") == 0 && line->arguments[1] == NULL)
		return verify(line);
	fputs("usage: stoad --ledger verify\n", stderr);
	return 2;
}
