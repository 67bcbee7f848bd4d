/* api_key_test.c -- keys of people and of services: what they may do, and when they no longer may. */
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"

#define NEW_KEY(scopes) "{\"name\":\"report\",\"scopes\":[" scopes "]}"

/* Whoever calls has a new key, and calls with it from here on; `name` is the key's. */
static const char *
with_new_key(struct world *w, const char *path, const char *name, const char *json)
{
	const char *key;

	call(w, POST, path, json);
	then_status(w, 201);
	name_it(w, name);
	key = arena_text(w->arena, answer_field(&w->answer, "/key"));
	as_token(w, key);
	return key;
}

static void
a_key_acts_for_its_owner(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	then_field(w, "/id", id_of(w, "ada"));
	then_field(w, "/session_id", id_of(w, "key"));
	then_count(w, "/permissions", 0);
}

static void
a_key_is_shown_once_and_kept_as_a_hash(void **state)
{
	struct world *w = *state;
	const char *key;

	given_account(w, "ada");
	as(w, "ada");
	key = with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	as(w, "ada");
	call(w, GET, "/v1/api-keys", NULL);
	then_count(w, "/data", 1);
	then_no_field(w, "/data/0/key");
	assert_int_equal(strncmp(key, answer_field(&w->answer, "/data/0/prefix"), 5 + 32), 0);
	assert_int_equal(strlen(answer_field(&w->answer, "/data/0/prefix")), 5 + 32);
	assert_string_equal(
	    given_sql(
		w, arena_format(w->arena, "SELECT hash = sha256(decode('%s', 'hex')) FROM auth.api_key WHERE id = '%s'",
		       key + 5 + 32 + 1, id_of(w, "key"))),
	    "t");
}

static void
a_repeat_under_its_idempotency_key_shows_the_same_key(void **state)
{
	struct world *w = *state;
	const char *first;

	given_account(w, "ada");
	as(w, "ada");
	call_with(w, POST, "/v1/api-keys", NEW_KEY(""), "Idempotency-Key: once");
	then_status(w, 201);
	first = arena_text(w->arena, answer_field(&w->answer, "/key"));
	call_with(w, POST, "/v1/api-keys", NEW_KEY(""), "Idempotency-Key: once");
	then_status(w, 201);
	then_header(w, "Idempotency-Replayed", "true");
	then_field(w, "/key", first);
	assert_string_equal(
	    given_sql(w, arena_format(w->arena,
			     "SELECT count(*) FROM core.idempotency WHERE position('%s'::bytea in body) > 0", first)),
	    "0");
}

static void
nobody_gives_a_key_what_they_do_not_hold(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/api-keys", NEW_KEY("\"ops.read\""));
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/api-keys", NEW_KEY("\"no.such\""));
	then_problem(w, 422, "invalid");
	then_error(w, "/scopes/0");
}

static void
a_key_may_what_its_scopes_say_and_no_more(void **state)
{
	struct world *w = *state;

	given_operator(w, "ada", "ops.read");
	given_role(w, "ada", "admin");
	as(w, "ada");
	with_new_key(w, "/v1/api-keys", "key", NEW_KEY("\"ops.read\""));
	call(w, GET, "/v1/pools", NULL);
	then_status(w, 200);
	call(w, GET, "/v1/roles", NULL);
	then_problem(w, 403, "forbidden");
}

static void
a_taken_role_counts_for_the_very_next_request_of_a_key(void **state)
{
	struct world *w = *state;

	given_operator(w, "ada", "ops.read");
	as(w, "ada");
	with_new_key(w, "/v1/api-keys", "key", NEW_KEY("\"ops.read\""));
	for (int i = 0; i < 8; i++) { /* until every worker remembers it */
		call(w, GET, "/v1/pools", NULL);
		then_status(w, 200);
	}
	given_sql(
	    w, arena_format(w->arena, "SELECT \"authorization\".unassign(ARRAY['%s'::uuid], 'test-ops-read', NULL)",
		   id_of(w, "ada")));
	for (int i = 0; i < 8; i++) {
		call(w, GET, "/v1/pools", NULL);
		then_problem(w, 403, "forbidden");
	}
}

static void
an_ended_key_opens_nothing(void **state)
{
	struct world *w = *state;
	const char *key;

	given_account(w, "ada");
	as(w, "ada");
	key = with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	as(w, "ada");
	call(w, DELETE, "/v1/api-keys/key", NULL);
	then_status(w, 204);
	call(w, DELETE, "/v1/api-keys/key", NULL);
	then_problem(w, 404, "not-found");
	as_token(w, key);
	for (int i = 0; i < 8; i++) {
		call(w, GET, "/v1/auth/me", NULL);
		then_problem(w, 401, "unauthenticated");
	}
}

static void
blocking_holds_for_keys_and_unblocking_gives_them_back(void **state)
{
	struct world *w = *state;
	const char *id;

	given_account(w, "ada");
	as(w, "ada");
	id = id_of(w, "ada");
	with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	given_sql(w, arena_format(w->arena, "SELECT auth.block(ARRAY['%s'::uuid], 'operator', 'test')", id));
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
	given_sql(w, arena_format(w->arena, "SELECT auth.unblock(ARRAY['%s'::uuid], 'operator')", id));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
}

static void
an_expired_key_opens_nothing(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/api-keys", "{\"name\":\"late\",\"expires_at\":\"2020-01-01T00:00:00Z\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/expires_at");
	with_new_key(w, "/v1/api-keys", "key", "{\"name\":\"soon\",\"expires_at\":\"2999-01-01T00:00:00Z\"}");
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	given_sql(w, arena_format(w->arena,
			 "UPDATE auth.api_key SET created_at = now() - interval '2 h', expires_at = now() - interval "
			 "'1 s' WHERE id = '%s'",
			 id_of(w, "key")));
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
a_guessed_or_broken_key_is_none(void **state)
{
	struct world *w = *state;
	const char *key;
	char *other;

	given_account(w, "ada");
	as(w, "ada");
	key = with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	other = arena_text(w->arena, key);
	other[strlen(other) - 1] = other[strlen(other) - 1] == '0' ? '1' : '0';
	const char *const broken[] = { other, "stoa_", "stoa_x_y", arena_copy(w->arena, key, strlen(key) - 1),
		arena_copy(w->arena, key, strlen(key) - 2), arena_format(w->arena, "%s00", key), key + 5,
		arena_copy(w->arena, key, 5 + 32) };
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		as_token(w, broken[i]);
		call(w, GET, "/v1/auth/me", NULL);
		then_problem(w, 401, "unauthenticated");
	}
}

static void
a_key_changes_nothing_about_how_its_owner_signs_in(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	call(w, POST, "/v1/api-keys", NEW_KEY(""));
	then_problem(w, 403, "forbidden");
	call(w, GET, "/v1/api-keys", NULL);
	then_problem(w, 403, "forbidden");
	call(w, DELETE, "/v1/sessions", NULL);
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/auth/logout", "{}");
	then_problem(w, 403, "forbidden");
}

static void
somebody_elses_key_is_not_found(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_account(w, "bob");
	as(w, "ada");
	with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	as(w, "bob");
	call(w, DELETE, "/v1/api-keys/key", NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/api-keys", NULL);
	then_count(w, "/data", 0);
}

static void
the_last_use_is_written_down_to_the_minute(void **state)
{
	struct world *w = *state;
	const char *ask, *first;

	given_account(w, "ada");
	as(w, "ada");
	with_new_key(w, "/v1/api-keys", "key", NEW_KEY(""));
	ask = arena_format(w->arena, "SELECT last_used_at FROM auth.api_key WHERE id = '%s'", id_of(w, "key"));
	assert_null(given_sql(w, ask));
	call(w, GET, "/v1/auth/me", NULL);
	for (int i = 0; i < 100 && given_sql(w, ask) == NULL; i++) /* it is written after the answer */
		given_sql(w, "SELECT pg_sleep(0.02)");
	assert_non_null(first = given_sql(w, ask));
	for (int i = 0; i < 8; i++)
		call(w, GET, "/v1/auth/me", NULL);
	given_sql(w, "SELECT pg_sleep(0.1)");
	assert_string_equal(given_sql(w, ask), first);
}

static void
a_service_signs_in_with_keys_and_holds_its_roles(void **state)
{
	struct world *w = *state;

	given_operator(w, "ada", "service.write");
	given_role(w, "ada", "admin");
	as(w, "ada");
	call(w, POST, "/v1/services", arena_format(w->arena, "{\"name\":\"warehouse of %s\"}", id_of(w, "ada")));
	then_status(w, 201);
	name_it(w, "warehouse");
	with_new_key(w, "/v1/services/warehouse/api-keys", "key", NEW_KEY("\"ops.read\""));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/kind", "service");
	then_field(w, "/id", id_of(w, "warehouse"));
	call(w, GET, "/v1/pools", NULL);
	then_problem(w, 403, "forbidden");
	given_sql(w, "SELECT \"authorization\".role_permit('test-ops-read', ARRAY['ops.read'])");
	given_role(w, "warehouse", "test-ops-read");
	call(w, GET, "/v1/pools", NULL);
	then_status(w, 200);
}

/* What a program that watches over others needs: each scope opens its door and no other. */
static void
a_service_reads_the_audit_and_asks_who_may(void **state)
{
	static const char *const doors[] = { "/v1/audit", "/v1/audit/export" };
	static const char *const scopes[] = { NEW_KEY("\"audit.read\""), NEW_KEY("\"audit.export\"") };
	struct world *w = *state;

	given_service(w, "auditor");
	given_role(w, "auditor", "super_user");
	given_role(w, "maker of auditor", "super_user");
	for (size_t i = 0; i < 2; i++) {
		as(w, "maker of auditor");
		with_new_key(w, "/v1/services/auditor/api-keys", "key", scopes[i]);
		call(w, GET, doors[i], NULL);
		then_status(w, 200);
		call(w, GET, doors[1 - i], NULL);
		then_problem(w, 403, "forbidden");
		call(w, POST, "/v1/authorize", "{\"permission\":\"audit.read\"}");
		then_status(w, 200);
	}
}

static void
a_removed_service_takes_its_keys_along(void **state)
{
	struct world *w = *state;
	const char *key;

	given_operator(w, "ada", "service.write");
	as(w, "ada");
	call(w, POST, "/v1/services", arena_format(w->arena, "{\"name\":\"shop of %s\"}", id_of(w, "ada")));
	then_status(w, 201);
	name_it(w, "shop");
	key = with_new_key(w, "/v1/services/shop/api-keys", "key", NEW_KEY(""));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	as(w, "ada");
	call(w, DELETE, "/v1/services/shop", NULL);
	then_status(w, 204);
	call(w, POST, "/v1/services/shop/api-keys", NEW_KEY(""));
	then_problem(w, 404, "not-found");
	as_token(w, key);
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
}

static const struct CMUnitTest api_key_tests[] = {
	auth_test(a_key_acts_for_its_owner),
	auth_test(a_key_is_shown_once_and_kept_as_a_hash),
	auth_test(a_repeat_under_its_idempotency_key_shows_the_same_key),
	auth_test(nobody_gives_a_key_what_they_do_not_hold),
	auth_test(a_key_may_what_its_scopes_say_and_no_more),
	auth_test(a_taken_role_counts_for_the_very_next_request_of_a_key),
	auth_test(an_ended_key_opens_nothing),
	auth_test(blocking_holds_for_keys_and_unblocking_gives_them_back),
	auth_test(an_expired_key_opens_nothing),
	auth_test(a_guessed_or_broken_key_is_none),
	auth_test(a_key_changes_nothing_about_how_its_owner_signs_in),
	auth_test(somebody_elses_key_is_not_found),
	auth_test(the_last_use_is_written_down_to_the_minute),
	auth_test(a_service_signs_in_with_keys_and_holds_its_roles),
	auth_test(a_service_reads_the_audit_and_asks_who_may),
	auth_test(a_removed_service_takes_its_keys_along),
};

int
main(void)
{
	return run_world(api_key_tests);
}
