/*
 * given.c -- people: a party, a session, and a token that core itself signs, with the key that the platform believes.
 * The rows are made by the published functions that areas call, so a test's people are as real as any.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/trust/token.h"
#include "core/web/problem.h"
#include "tests/api/kit/world.h"

#define SIGNING_PATIENCE (10 * SECOND)
#define LIFETIME         (600 * SECOND)

struct named *
kit_named(struct world *w, const char *name)
{
	for (struct named *named = w->names; named != NULL; named = named->next)
		if (strcmp(named->name, name) == 0)
			return named;
	return NULL;
}

/* The latest of a name counts. */
static struct named *
remember(struct world *w, const char *name, struct uuid id)
{
	struct named *named = ARENA_NEW(w->arena, struct named);

	*named = (struct named){ .name = arena_text(w->arena, name), .id = id, .next = w->names };
	w->names = named;
	return named;
}

static struct named *
known(struct world *w, const char *name, struct place place)
{
	struct named *named = kit_named(w, name);

	if (named == NULL)
		kit_fail(place, "nothing is called \"%s\" in this test", name);
	return named;
}

const char *
kit_id(struct world *w, const char *name, struct place place)
{
	return uuid_text(w->arena, known(w, name, place)->id);
}

void
kit_name(struct world *w, const char *name, struct place place)
{
	const char *id = answer_field(&w->answer, "/id");
	struct uuid uuid;

	if (id == NULL || !uuid_parse(id, &uuid))
		kit_fail(place, "the answer has no id to call \"%s\"", name);
	remember(w, name, uuid);
}

static void
open_admin(struct world *w, struct place place)
{
	if (w->admin != NULL && PQstatus(w->admin) == CONNECTION_OK)
		return;
	if (w->admin != NULL)
		PQfinish(w->admin);
	w->admin = PQconnectdb(w->config->global.database_admin_url);
	if (PQstatus(w->admin) != CONNECTION_OK)
		kit_fail(place, "database_admin_url: %s", PQerrorMessage(w->admin));
}

const char *
kit_sql(struct world *w, const char *text, struct place place)
{
	const char *value = NULL;
	PGresult *result;

	open_admin(w, place);
	result = PQexecParams(w->admin, text, 0, NULL, NULL, NULL, NULL, 0);
	if (PQstatus(w->admin) != CONNECTION_OK) { /* A test has stopped PostgreSQL meanwhile. */
		PQclear(result);
		open_admin(w, place);
		result = PQexecParams(w->admin, text, 0, NULL, NULL, NULL, NULL, 0);
	}
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		kit_fail(place, "%s: %s", text, PQerrorMessage(w->admin));
	if (PQntuples(result) > 0 && PQnfields(result) > 0 && !PQgetisnull(result, 0, 0))
		value = arena_text(w->arena, PQgetvalue(result, 0, 0));
	PQclear(result);
	return value;
}

static struct db *
signing_db(struct world *w)
{
	static struct db *db;
	static const struct config *of;

	if (db == NULL || of != w->config)
		db = db_new(w->config, "stoa_ops");
	of = w->config;
	return db;
}

static const char *
sign(struct world *w, struct uuid party, struct uuid session, int64_t age, struct place place)
{
	struct request req = {
		.arena = w->arena,
		.env = &env_system,
		.config = w->config,
		.db = signing_db(w),
		.started = env_now(&env_system),
		.began = env_monotonic(&env_system),
		.deadline = env_monotonic(&env_system) + SIGNING_PATIENCE,
	};
	const struct token token = {
		.subject = party,
		.session = session,
		.authz_ver = 1,
		.issued = { req.started.micros - age },
		.expires = { req.started.micros - age + LIFETIME },
		.scope = "",
	};
	const struct problem *p;
	const char *text;

	if ((p = token_sign(&req, &token, &text)) != NULL)
		kit_fail(place, "no token: %s", p->detail != NULL ? p->detail : problem_title(p->id));
	return text;
}

static const char *
start_session(struct world *w, struct uuid party, struct uuid session, struct place place)
{
	kit_sql(w,
	    arena_format(w->arena,
		"SELECT ver FROM session.start('%s', '%s', 'test', '127.0.0.1', now() + interval '1 day')",
		uuid_text(w->arena, session), uuid_text(w->arena, party)),
	    place);
	return sign(w, party, session, 0, place);
}

void
kit_given_user(struct world *w, const char *name, struct place place)
{
	struct named *user = remember(w, name, uuid_new(&env_system));

	kit_sql(w,
	    arena_format(w->arena, "SELECT party.party_add(ARRAY['%s'::uuid], 'user')", uuid_text(w->arena, user->id)),
	    place);
	user->token = start_session(w, user->id, uuid_new(&env_system), place);
}

/* A role of the tests' own for each permission: "ops.read" is held by whoever has the role test-ops-read. */
void
kit_given_operator(struct world *w, const char *name, const char *permission, struct place place)
{
	char *role = arena_format(w->arena, "test-%s", permission);

	for (char *c = role; *c != '\0'; c++)
		if (*c == '.')
			*c = '-';
	kit_given_user(w, name, place);
	kit_sql(w, arena_format(w->arena, "SELECT \"authorization\".role_permit('%s', ARRAY['%s'])", role, permission),
	    place);
	kit_given_role(w, name, role, place);
}

void
kit_given_role(struct world *w, const char *name, const char *role, struct place place)
{
	kit_sql(w,
	    arena_format(w->arena, "SELECT \"authorization\".assign(ARRAY['%s'::uuid], '%s', NULL)",
		kit_id(w, name, place), role),
	    place);
}

void
kit_given_session(struct world *w, const char *user, const char *session, struct place place)
{
	struct named *named = remember(w, session, uuid_new(&env_system));

	named->token = start_session(w, known(w, user, place)->id, named->id, place);
}

void
kit_given_token_expired(struct world *w, const char *user, const char *token, struct place place)
{
	struct named *named = remember(w, token, uuid_new(&env_system));

	start_session(w, known(w, user, place)->id, named->id, place);
	named->token = sign(w, known(w, user, place)->id, named->id, LIFETIME + 5 * SECOND, place);
}

void
kit_given_id(struct world *w, const char *name, const char *id, struct place place)
{
	struct uuid uuid;

	if (id == NULL || !uuid_parse(id, &uuid))
		kit_fail(place, "that is no id to call \"%s\"", name);
	remember(w, name, uuid);
}

void
kit_given_session_ended(struct world *w, const char *user, struct place place)
{
	kit_sql(w,
	    arena_format(
		w->arena, "SELECT count(*) FROM session.end_party(ARRAY['%s'::uuid], 'test')", kit_id(w, user, place)),
	    place);
}

void
kit_as(struct world *w, const char *name, struct place place)
{
	w->caller = name == NULL ? NULL : known(w, name, place);
}

void
kit_as_token(struct world *w, const char *token)
{
	struct named *caller = ARENA_NEW(w->arena, struct named);

	*caller = (struct named){ .name = "", .token = token };
	w->caller = caller;
}
