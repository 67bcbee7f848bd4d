/* authorization_test.c -- roles, who holds them, and who may what, through nginx. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/world.h"

#define ROLES "\"authorization\".role"

/* A name that no other run has used. */
static const char *
fresh_name(struct world *w)
{
	const char *id = uuid_text(w->arena, uuid_new(&env_system));

	return arena_format(w->arena, "t-%s", id);
}

/* Made by somebody who may, and called `name` in the test. */
static const char *
given_made_role(struct world *w, const char *by, const char *name, const char *permissions)
{
	const char *role = fresh_name(w);

	as(w, by);
	call(w, POST, "/v1/roles", arena_format(w->arena, "{\"name\":\"%s\",\"permissions\":[%s]}", role, permissions));
	then_status(w, 201);
	name_it(w, name);
	return role;
}

static void
assign(struct world *w, const char *party, const char *role)
{
	call(w, POST, "/v1/role-assignments",
	    arena_format(w->arena, "{\"party\":\"%s\",\"role\":\"%s\"}", id_of(w, party), role));
}

static void
given_admin(struct world *w, const char *name)
{
	given_user(w, name);
	given_role(w, name, "admin");
}

static void
the_catalogue_is_what_routes_ask_for(void **state)
{
	struct world *w = *state;

	given_operator(w, "olga", "role.read");
	as(w, "olga");
	call(w, GET, "/v1/permissions", NULL);
	then_status(w, 200);
	then_body_contains(w, "{\"name\":\"ops.read\",\"routes\":[\"GET /v1/pools\",\"GET /v1/warnings\"]}");
	then_body_contains(w, "{\"name\":\"role.assign\",\"routes\":[\"POST /v1/role-assignments\","
			      "\"DELETE /v1/role-assignments/{id}\"]}");
	then_body_contains(w, "{\"name\":\"subscription.write\",\"routes\":[\"POST /v1/subscriptions\","
			      "\"POST /v1/subscriptions/{id}/cancel\",\"POST /v1/subscriptions/{id}/reactivate\","
			      "\"POST /v1/subscriptions/{id}/renew\"]}");
}

static void
what_is_done_with_roles_counts_for_the_very_next_request(void **state)
{
	struct world *w = *state;
	const char *role;

	given_admin(w, "olga");
	given_user(w, "bob");
	role = given_made_role(w, "olga", "keeper", "\"ops.read\"");
	for (int i = 0; i < 12; i++) { /* each worker has bob's rights in mind */
		as(w, "bob");
		call(w, GET, "/v1/pools", NULL);
		then_problem(w, 403, "forbidden");
	}
	as(w, "olga");
	assign(w, "bob", role);
	then_status(w, 201);
	name_it(w, "assignment");
	as(w, "bob");
	for (int i = 0; i < 12; i++) {
		call(w, GET, "/v1/pools", NULL);
		then_status(w, 200);
	}
	as(w, "olga");
	call_with(w, PATCH, "/v1/roles/keeper", "{\"permissions\":[\"role.read\"]}", "If-Match: \"1\"");
	then_status(w, 200);
	as(w, "bob");
	for (int i = 0; i < 12; i++) {
		call(w, GET, "/v1/pools", NULL);
		then_problem(w, 403, "forbidden");
	}
	call(w, GET, "/v1/roles/keeper", NULL);
	then_status(w, 200);
	as(w, "olga");
	call(w, DELETE, "/v1/role-assignments/assignment", NULL);
	then_status(w, 204);
	as(w, "bob");
	call(w, GET, "/v1/roles/keeper", NULL);
	then_problem(w, 403, "forbidden");
}

static void
a_role_is_read_changed_and_removed(void **state)
{
	struct world *w = *state;
	const char *role;

	given_admin(w, "olga");
	role = given_made_role(w, "olga", "keeper", "\"ops.read\",\"role.read\",\"ops.read\"");
	then_header(w, "etag", "\"1\"");
	then_count(w, "/permissions", 2);
	call(w, GET, "/v1/roles/keeper", NULL);
	then_field(w, "/name", role);
	then_field(w, "/built_in", "false");
	call(w, PATCH, "/v1/roles/keeper", "{\"says\":\"Looks.\"}");
	then_problem(w, 428, "precondition-required");
	call_with(w, PATCH, "/v1/roles/keeper", "{\"says\":\"Looks.\"}", "If-Match: \"7\"");
	then_problem(w, 412, "precondition-failed");
	call_with(w, PATCH, "/v1/roles/keeper", "{\"says\":\"Looks.\"}", "If-Match: \"1\"");
	then_status(w, 200);
	then_header(w, "etag", "\"2\"");
	then_field(w, "/says", "Looks.");
	then_count(w, "/permissions", 2);
	call_with(w, PATCH, "/v1/roles/keeper", "{\"permissions\":[]}", "If-Match: \"2\"");
	then_count(w, "/permissions", 0);
	then_field(w, "/says", "Looks.");
	given_user(w, "bob");
	assign(w, "bob", role);
	name_it(w, "assignment");
	call(w, DELETE, "/v1/roles/keeper", NULL);
	then_problem(w, 409, "conflict");
	call(w, DELETE, "/v1/role-assignments/assignment", NULL);
	then_status(w, 204);
	call(w, DELETE, "/v1/roles/keeper", NULL);
	then_status(w, 204);
	call(w, GET, "/v1/roles/keeper", NULL);
	then_problem(w, 404, "not-found");
}

static void
what_is_no_role_is_refused_with_the_field(void **state)
{
	struct world *w = *state;
	const char *taken;

	given_admin(w, "olga");
	taken = given_made_role(w, "olga", "keeper", "");
	call(w, POST, "/v1/roles", arena_format(w->arena, "{\"name\":\"%s\",\"permissions\":[]}", taken));
	then_problem(w, 409, "conflict");
	call(w, POST, "/v1/roles", "{\"name\":\"No Name\",\"permissions\":[]}");
	then_problem(w, 422, "invalid");
	then_error(w, "/name");
	call(w, POST, "/v1/roles",
	    arena_format(
		w->arena, "{\"name\":\"%s\",\"permissions\":[\"role.read\",\"no.such\",\"*\"]}", fresh_name(w)));
	then_problem(w, 422, "invalid");
	then_error(w, "/permissions/1");
	then_error(w, "/permissions/2");
	call(w, POST, "/v1/roles", "{\"name\":\"x\",\"permissions\":[\"!role.read\"]}");
	then_problem(w, 422, "invalid");
}

static void
built_in_roles_stay_as_they_are(void **state)
{
	struct world *w = *state;
	const char *id, *version;

	given_admin(w, "olga");
	as(w, "olga");
	for (const char *const *name = (const char *const[]){ "public_user", "admin", "super_user", NULL }; *name;
	     name++) {
		id = given_sql(w, arena_format(w->arena, "SELECT id FROM " ROLES " WHERE name = '%s'", *name));
		version = arena_format(w->arena, "If-Match: \"%s\"",
		    given_sql(w, arena_format(w->arena, "SELECT version FROM " ROLES " WHERE name = '%s'", *name)));
		call_with(w, PATCH, arena_format(w->arena, "/v1/roles/%s", id), "{\"permissions\":[]}", version);
		then_problem(w, 409, "conflict");
		call(w, DELETE, arena_format(w->arena, "/v1/roles/%s", id), NULL);
		then_problem(w, 409, "conflict");
	}
	given_user(w, "bob");
	assign(w, "bob", "public_user");
	then_problem(w, 422, "invalid");
	then_error(w, "/role");
}

/* What they are seeded with must be in the catalogue, or they could not be written back. */
static void
seeded_roles_hold_what_there_is(void **state)
{
	struct world *w = *state;

	given_user(w, "root");
	given_role(w, "root", "super_user");
	as(w, "root");
	for (const char *const *name = (const char *const[]){ "billing", "success", "compliance", NULL }; *name;
	     name++) {
		given_id(w, "role",
		    given_sql(w, arena_format(w->arena, "SELECT id FROM " ROLES " WHERE name = '%s'", *name)));
		call(w, GET, "/v1/roles/role", NULL);
		assert_non_null(answer_field(&w->answer, "/permissions/0"));
		call_with(w, PATCH, "/v1/roles/role",
		    arena_format(w->arena, "{\"permissions\":%s}", answer_field(&w->answer, "/permissions")),
		    "If-Match: *");
		then_status(w, 200);
	}
}

static void
who_holds_all_is_shown_with_all(void **state)
{
	struct world *w = *state;
	size_t all;

	given_admin(w, "olga");
	as(w, "olga");
	call(w, GET, "/v1/permissions", NULL);
	for (all = 0; answer_field(&w->answer, arena_format(w->arena, "/data/%zu/name", all)) != NULL; all++)
		continue;
	given_id(w, "role", given_sql(w, "SELECT id FROM " ROLES " WHERE name = 'super_user'"));
	call(w, GET, "/v1/roles/role", NULL);
	then_count(w, "/permissions", all);
}

static void
nobody_gives_more_than_they_hold(void **state)
{
	struct world *w = *state;

	given_admin(w, "olga");
	given_operator(w, "otto", "role.assign");
	given_operator(w, "ottilie", "role.write");
	given_role(w, "otto", "test-role-write");
	given_user(w, "bob");
	as(w, "olga");
	assign(w, "bob", "super_user");
	then_problem(w, 403, "forbidden");
	assign(w, "bob", "admin");
	then_status(w, 201);
	name_it(w, "bobs");
	as(w, "otto");
	assign(w, "otto", "admin");
	then_problem(w, 403, "forbidden");
	call(w, DELETE, "/v1/role-assignments/bobs", NULL);
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/roles",
	    arena_format(w->arena, "{\"name\":\"%s\",\"permissions\":[\"ops.read\"]}", fresh_name(w)));
	then_problem(w, 403, "forbidden");
	given_made_role(w, "olga", "keeper", "\"ops.read\",\"role.write\"");
	as(w, "otto");
	call_with(w, PATCH, "/v1/roles/keeper", "{\"permissions\":[\"role.write\"]}", "If-Match: \"1\"");
	then_problem(w, 403, "forbidden");
	call_with(w, PATCH, "/v1/roles/keeper", "{\"permissions\":[\"ops.read\"]}", "If-Match: \"1\"");
	then_status(w, 200);
	call(w, DELETE, "/v1/roles/keeper", NULL);
	then_problem(w, 403, "forbidden");
}

static void
the_last_super_user_stays_one(void **state)
{
	struct world *w = *state;
	const char *id;

	given_user(w, "ada");
	given_user(w, "bob");
	given_role(w, "ada", "super_user");
	given_sql(w, arena_format(w->arena,
			 "DELETE FROM \"authorization\".assignment a USING " ROLES
			 " r WHERE a.role = r.id AND r.name = 'super_user' AND a.party <> '%s'",
			 id_of(w, "ada")));
	as(w, "ada");
	call(w, GET, arena_format(w->arena, "/v1/role-assignments?party=%s", id_of(w, "ada")), NULL);
	then_count(w, "/data", 1);
	id = answer_field(&w->answer, "/data/0/id");
	call(w, DELETE, arena_format(w->arena, "/v1/role-assignments/%s", id), NULL);
	then_problem(w, 409, "conflict");
	assign(w, "bob", "super_user");
	then_status(w, 201);
	call(w, DELETE, arena_format(w->arena, "/v1/role-assignments/%s", id), NULL);
	then_status(w, 204);
	call(w, GET, "/v1/roles", NULL);
	then_problem(w, 403, "forbidden");
}

static void
assignments_are_listed_by_party_or_by_role(void **state)
{
	struct world *w = *state;
	const char *role;

	given_admin(w, "olga");
	given_user(w, "ada");
	given_user(w, "bob");
	role = given_made_role(w, "olga", "keeper", "");
	assign(w, "ada", role);
	then_status(w, 201);
	then_field(w, "/given_by", id_of(w, "olga"));
	assign(w, "ada", role);
	then_problem(w, 409, "conflict");
	assign(w, "bob", role);
	call(w, GET, arena_format(w->arena, "/v1/role-assignments?role=%s", role), NULL);
	then_count(w, "/data", 2);
	then_field(w, "/data/0/party", id_of(w, "bob"));
	call(w, GET, arena_format(w->arena, "/v1/role-assignments?party=%s", id_of(w, "ada")), NULL);
	then_count(w, "/data", 1);
	call(w, GET, arena_format(w->arena, "/v1/role-assignments?party=%s&role=%s", id_of(w, "ada"), role), NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/role-assignments?limit=1", NULL);
	then_count(w, "/data", 1);
	then_has_header(w, "link");
	call(w, POST, "/v1/role-assignments",
	    arena_format(w->arena, "{\"party\":\"019a0000-0000-7000-8000-000000000000\",\"role\":\"%s\"}", role));
	then_problem(w, 422, "invalid");
	then_error(w, "/party");
	call(w, POST, "/v1/role-assignments",
	    arena_format(w->arena, "{\"party\":\"%s\",\"role\":\"%s\",\"within\":\"%s\"}", id_of(w, "ada"), role,
		id_of(w, "bob")));
	then_problem(w, 422, "invalid");
	then_error(w, "/within");
}

static void
who_asks_is_told_by_which_role(void **state)
{
	struct world *w = *state;
	const char *account = uuid_text(w->arena, uuid_new(&env_system)), *role;

	given_admin(w, "olga");
	given_user(w, "ada");
	given_sql(w, arena_format(w->arena, "SELECT party.party_add(ARRAY['%s'::uuid], 'account')", account));
	role = given_made_role(w, "olga", "keeper", "\"ops.read\"");
	call(w, POST, "/v1/role-assignments",
	    arena_format(
		w->arena, "{\"party\":\"%s\",\"role\":\"%s\",\"within\":\"%s\"}", id_of(w, "ada"), role, account));
	then_status(w, 201);
	as(w, "ada");
	call(w, GET, "/v1/pools", NULL);
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/authorize", "{\"permission\":\"ops.read\"}");
	then_status(w, 200);
	then_field(w, "/allowed", "false");
	then_count(w, "/roles", 0);
	call(w, POST, "/v1/authorize",
	    arena_format(w->arena, "{\"permission\":\"ops.read\",\"within\":\"%s\"}", account));
	then_field(w, "/allowed", "true");
	then_field(w, "/roles/0", role);
	call(w, POST, "/v1/authorize", "{\"permission\":\"no.such\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/permission");
	call(w, POST, "/v1/authorize",
	    arena_format(w->arena, "{\"permission\":\"ops.read\",\"party\":\"%s\"}", id_of(w, "olga")));
	then_problem(w, 422, "invalid");
	then_error(w, "/party");
	as(w, "olga");
	call(w, POST, "/v1/authorize",
	    arena_format(w->arena, "{\"permission\":\"ops.read\",\"party\":\"%s\",\"within\":\"%s\"}", id_of(w, "ada"),
		account));
	then_field(w, "/allowed", "true");
	call(w, POST, "/v1/authorize", "{\"permission\":\"ops.read\"}");
	then_field(w, "/roles/0", "admin");
}

static void
a_repeat_under_its_key_makes_nothing_twice(void **state)
{
	struct world *w = *state;
	const char *body, *id;

	given_admin(w, "olga");
	as(w, "olga");
	body = arena_format(w->arena, "{\"name\":\"%s\",\"permissions\":[\"ops.read\"]}", fresh_name(w));
	call_with(w, POST, "/v1/roles", body, "Idempotency-Key: make-it");
	then_status(w, 201);
	id = answer_field(&w->answer, "/id");
	call_with(w, POST, "/v1/roles", body, "Idempotency-Key: make-it");
	then_status(w, 201);
	then_header(w, "idempotency-replayed", "true");
	then_field(w, "/id", id);
}

static void
whoever_holds_nothing_comes_to_no_door(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call(w, GET, "/v1/roles", NULL);
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/roles", "{");
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/role-assignments", "{}");
	then_problem(w, 403, "forbidden");
}

static const struct CMUnitTest authorization_tests[] = {
	api_test(the_catalogue_is_what_routes_ask_for),
	api_test(what_is_done_with_roles_counts_for_the_very_next_request),
	api_test(a_role_is_read_changed_and_removed),
	api_test(what_is_no_role_is_refused_with_the_field),
	api_test(built_in_roles_stay_as_they_are),
	api_test(seeded_roles_hold_what_there_is),
	api_test(who_holds_all_is_shown_with_all),
	api_test(nobody_gives_more_than_they_hold),
	api_test(the_last_super_user_stays_one),
	api_test(assignments_are_listed_by_party_or_by_role),
	api_test(who_asks_is_told_by_which_role),
	api_test(a_repeat_under_its_key_makes_nothing_twice),
	api_test(whoever_holds_nothing_comes_to_no_door),
};

int
main(void)
{
	return run_world(authorization_tests);
}
