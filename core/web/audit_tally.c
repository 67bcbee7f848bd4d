/* audit_tally.c -- counting refusals: a table of fixed size, and what becomes of what does not fit. */
#include "core/web/audit_tally.h"

#include <arpa/inet.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/db/db.h"
#include "core/limit/address.h"
#include "core/trust/principal.h"
#include "core/web/audit.h"
#include "core/web/queries.h"
#include "core/web/route_table.h"

struct tally {
	const struct route *route; /* NULL: of any */
	enum problem_id problem;
	struct uuid party, session;
	uint8_t address[LIMIT_ADDRESS_SIZE];
	size_t address_length; /* 0: any */
	int64_t times;
};

static struct tally tallies[TALLY_MAX + 1]; /* the last is for all that does not fit */
static size_t tally_count;
static int64_t since; /* env_monotonic of the first */

static bool
is_same(const struct tally *a, const struct tally *b)
{
	return a->route == b->route && a->problem == b->problem && uuid_equal(a->session, b->session) &&
	       a->address_length == b->address_length && memcmp(a->address, b->address, a->address_length) == 0;
}

static struct tally *
find(const struct tally *wanted)
{
	for (size_t i = 0; i < tally_count; i++)
		if (is_same(&tallies[i], wanted))
			return &tallies[i];
	return NULL;
}

/* As exactly as there is room for. */
static struct tally *
place_for(struct tally *wanted)
{
	struct tally *found = find(wanted);

	if (found == NULL && tally_count >= TALLY_ADDRESSES) {
		wanted->address_length = 0;
		wanted->party = wanted->session = (struct uuid){ 0 };
		found = find(wanted);
	}
	if (found != NULL)
		return found;
	if (tally_count < TALLY_MAX) {
		tallies[tally_count] = *wanted;
		return &tallies[tally_count++];
	}
	tallies[TALLY_MAX].problem = wanted->problem;
	return &tallies[TALLY_MAX];
}

void
audit_tally(struct request *req, enum problem_id problem)
{
	struct tally wanted = { .route = req->route, .problem = problem };

	wanted.address_length = limit_address_bytes(req->address, wanted.address);
	if (req->principal != NULL) {
		wanted.party = req->principal->party;
		wanted.session = req->principal->session;
	}
	if (tally_count == 0)
		since = env_monotonic(req->env);
	place_for(&wanted)->times++;
}

bool
audit_tally_is_due(const struct env *env, int64_t seconds)
{
	return tally_count > 0 && env_monotonic(env) - since >= seconds * SECOND;
}

/* NULL: of any, or no address at all (a unix socket). */
static const char *
address_text(struct request *req, const struct tally *tally)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr six = { 0 };

	if (tally->address_length == 5 && tally->address[0] == 4 &&
	    inet_ntop(AF_INET, tally->address + 1, text, sizeof(text)) != NULL)
		return arena_text(req->arena, text);
	if (tally->address_length != 9 || tally->address[0] != 6)
		return NULL;
	memcpy(six.s6_addr, tally->address + 1, 8);
	return inet_ntop(AF_INET6, &six, text, sizeof(text)) == NULL ? NULL : arena_format(req->arena, "%s/64", text);
}

static void
write_later(struct request *req, const struct tally *tally)
{
	const struct route *route = tally->route;
	const char *name = "*";

	if (route != NULL)
		name = arena_format(req->arena, "%s %s", method_text(route->method), route->path);
	sql_audit_append(req, uuid_is_zero(tally->party) ? NULL : &tally->party,
	    uuid_is_zero(tally->session) ? NULL : &tally->session, name, NULL, NULL,
	    (int32_t)problem_status(tally->problem), problem_slug(tally->problem), address_text(req, tally), NULL,
	    tally->times);
}

void
audit_tally_write(struct request *req)
{
	for (size_t i = 0; i < tally_count; i++)
		write_later(req, &tallies[i]);
	if (tallies[TALLY_MAX].times > 0)
		write_later(req, &tallies[TALLY_MAX]);
	/* Kept, they are tried again after another interval: where only the answer was lost, twice is better than
	 * never. */
	if (db_flush(req) != NULL) {
		log_line(WARN, req, "audit", "counted refusals could not be written down",
		    { "count", .number = (int64_t)tally_count });
		since = env_monotonic(req->env);
		return;
	}
	memset(tallies, 0, sizeof(tallies));
	tally_count = 0;
}
