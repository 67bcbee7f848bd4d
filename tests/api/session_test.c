/* session_test.c -- who is signed in and who signed in when, through nginx. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/world.h"

static void
given_login(struct world *w, const char *name, const char *device_type, const char *outcome)
{
	given_sql(w,
	    arena_format(w->arena, "SELECT session.history_add('%s', %s, '%s', 'Test', '192.0.2.9', 'password', '%s')",
		id_of(w, name), strcmp(outcome, "success") == 0 ? "gen_random_uuid()" : "NULL", device_type, outcome));
}

static void
my_sessions_are_listed_and_this_one_is_marked(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	given_session(w, "ada", "ada-phone");
	as(w, "ada-phone");
	call(w, GET, "/v1/sessions", NULL);
	then_status(w, 200);
	then_count(w, "/data", 2);
	then_field(w, "/data/0/id", id_of(w, "ada-phone"));
	then_field(w, "/data/0/current", "true");
	then_field(w, "/data/0/device", "test");
	then_field(w, "/data/0/address", "127.0.0.1");
	then_field(w, "/data/1/current", "false");
	as(w, "bob");
	call(w, GET, "/v1/sessions", NULL);
	then_count(w, "/data", 1);
}

static void
sessions_come_in_pages(void **state)
{
	struct world *w = *state;
	const char *cursor;

	given_user(w, "ada");
	given_session(w, "ada", "second");
	given_session(w, "ada", "third");
	as(w, "ada");
	call(w, GET, "/v1/sessions?limit=2", NULL);
	then_count(w, "/data", 2);
	then_field(w, "/data/0/id", id_of(w, "third"));
	cursor = answer_field(&w->answer, "/next_cursor");
	assert_non_null(cursor);
	call(w, GET, arena_format(w->arena, "/v1/sessions?limit=2&cursor=%s", cursor), NULL);
	then_count(w, "/data", 1);
	given_user(w, "bob");
	as(w, "bob");
	call(w, GET, arena_format(w->arena, "/v1/sessions?limit=2&cursor=%s", cursor), NULL);
	then_problem(w, 400, "bad-cursor");
}

static void
a_session_that_is_ended_is_over_for_its_very_next_request(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_session(w, "ada", "ada-phone");
	as(w, "ada-phone");
	call(w, GET, "/v1/sessions", NULL);
	then_status(w, 200);
	as(w, "ada");
	call(w, DELETE, "/v1/sessions/ada-phone", NULL);
	then_status(w, 204);
	as(w, "ada-phone");
	for (int i = 0; i < 20; i++) { /* whichever worker answers */
		call(w, GET, "/v1/sessions", NULL);
		then_problem(w, 401, "unauthenticated");
	}
	as(w, "ada");
	call(w, GET, "/v1/sessions", NULL);
	then_count(w, "/data", 1);
	call(w, DELETE, "/v1/sessions/ada-phone", NULL);
	then_problem(w, 404, "not-found");
}

static void
revoking_someone_elses_session_is_not_found(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	given_session(w, "ada", "ada-laptop");
	as(w, "bob");
	call(w, DELETE, "/v1/sessions/ada-laptop", NULL);
	then_problem(w, 404, "not-found");
	as(w, "ada-laptop");
	call(w, GET, "/v1/sessions", NULL);
	then_status(w, 200);
}

static void
the_others_can_be_ended_and_so_can_all(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_session(w, "ada", "second");
	given_session(w, "ada", "third");
	as(w, "ada");
	call(w, DELETE, "/v1/sessions", NULL);
	then_problem(w, 422, "invalid");
	then_error(w, "?scope");
	call(w, DELETE, "/v1/sessions?scope=mine", NULL);
	then_problem(w, 422, "invalid");
	call(w, DELETE, "/v1/sessions?scope=others", NULL);
	then_status(w, 204);
	call(w, GET, "/v1/sessions", NULL);
	then_count(w, "/data", 1);
	as(w, "second");
	call(w, GET, "/v1/sessions", NULL);
	then_problem(w, 401, "unauthenticated");
	as(w, "ada");
	call(w, DELETE, "/v1/sessions?scope=all", NULL);
	then_status(w, 204);
	call(w, GET, "/v1/sessions", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
operators_see_and_end_somebodys_sessions(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_operator(w, "olga", "session.read");
	given_operator(w, "otto", "session.end");
	as(w, "olga");
	call(w, GET, "/v1/sessions/of/ada", NULL);
	then_status(w, 200);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/current", "false");
	call(w, DELETE, "/v1/sessions/of/ada", NULL);
	then_problem(w, 403, "forbidden");
	as(w, "ada");
	call(w, GET, "/v1/sessions/of/ada", NULL);
	then_problem(w, 403, "forbidden");
	as(w, "otto");
	call(w, DELETE, "/v1/sessions/of/ada", NULL);
	then_status(w, 204);
	as(w, "ada");
	call(w, GET, "/v1/sessions", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
who_is_no_party_is_not_found(void **state)
{
	struct world *w = *state;
	static const char *const nobodies[] = { "01890000-0000-7000-8000-0000000000ff", "nobody" };

	given_user(w, "root");
	given_role(w, "root", "admin");
	as(w, "root");
	for (size_t i = 0; i < 2; i++) {
		call(w, GET, arena_format(w->arena, "/v1/sessions/of/%s", nobodies[i]), NULL);
		then_problem(w, 404, "not-found");
		call(w, DELETE, arena_format(w->arena, "/v1/sessions/of/%s", nobodies[i]), NULL);
		then_problem(w, 404, "not-found");
		call(w, GET, arena_format(w->arena, "/v1/login-history/of/%s", nobodies[i]), NULL);
		then_problem(w, 404, "not-found");
	}
}

static void
the_login_history_is_mine_and_newest_first(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	given_user(w, "bob");
	given_login(w, "ada", "phone", "success");
	given_login(w, "ada", "desktop", "success");
	given_login(w, "ada", "toaster", "wrong-password");
	given_login(w, "bob", "phone", "success");
	as(w, "ada");
	call(w, GET, "/v1/login-history", NULL);
	then_status(w, 200);
	then_count(w, "/data", 3);
	then_field(w, "/data/0/outcome", "wrong-password");
	then_field(w, "/data/0/device_type", "other");
	then_no_field(w, "/data/0/session");
	then_field(w, "/data/1/device_type", "desktop");
	then_field(w, "/data/2/address", "192.0.2.9");
	call(w, GET, "/v1/login-history?device_type=phone", NULL);
	then_count(w, "/data", 1);
	call(w, GET, "/v1/login-history?device_type=toaster", NULL);
	then_problem(w, 422, "invalid");
	given_operator(w, "olga", "session.read");
	as(w, "olga");
	call(w, GET, "/v1/login-history/of/bob", NULL);
	then_count(w, "/data", 1);
	call(w, GET, "/v1/login-history", NULL);
	then_count(w, "/data", 0);
}

static void
the_login_history_comes_in_pages(void **state)
{
	struct world *w = *state;
	const char *path = "/v1/login-history?limit=3";
	unsigned seen = 0;

	given_user(w, "ada");
	for (unsigned i = 0; i < 8; i++)
		given_login(w, "ada", i % 2 == 0 ? "phone" : "tv", "success");
	as(w, "ada");
	for (unsigned pages = 0; pages < 3; pages++) {
		call(w, GET, path, NULL);
		then_status(w, 200);
		for (unsigned i = 0; i < 3; i++, seen++) {
			const char *field = arena_format(w->arena, "/data/%u/device_type", i);

			if (seen == 8)
				break;
			then_field(w, field, seen % 2 == 0 ? "tv" : "phone");
		}
		path = arena_format(
		    w->arena, "/v1/login-history?limit=3&cursor=%s", answer_field(&w->answer, "/next_cursor"));
	}
	assert_int_equal(seen, 8);
	assert_null(answer_field(&w->answer, "/next_cursor"));
}

/* The row waits beside, and the job that it put in the queue makes the partition and moves it. */
static void
a_missing_partition_does_not_break_a_login(void **state)
{
	struct world *w = *state;
	const char *email = arena_format(w->arena, "%s@example.com", uuid_text(w->arena, uuid_new(&env_system)));
	const char *password = "correct horse battery";

	call(w, POST, "/v1/auth/signup",
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password));
	then_status(w, 201);
	given_sql(w, "DO $$ BEGIN EXECUTE format('DROP TABLE IF EXISTS session.login_watch_%s',"
		     " to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')); END $$");
	call(w, POST, "/v1/auth/login",
	    arena_format(
		w->arena, "{\"email\":\"%s\",\"password\":\"%s\",\"device_type\":\"watch\"}", email, password));
	then_status(w, 200);
	as_token(w, answer_field(&w->answer, "/access_token"));
	for (int i = 0; i < 100; i++) {
		call(w, GET, "/v1/login-history?device_type=watch", NULL);
		if (answer_field(&w->answer, "/data/0/id") != NULL)
			break;
		usleep(100000);
	}
	then_count(w, "/data", 1);
	then_field(w, "/data/0/method", "password");
	then_field(w, "/data/0/outcome", "success");
}

static const struct CMUnitTest session_tests[] = {
	api_test(my_sessions_are_listed_and_this_one_is_marked),
	api_test(sessions_come_in_pages),
	api_test(a_session_that_is_ended_is_over_for_its_very_next_request),
	api_test(revoking_someone_elses_session_is_not_found),
	api_test(the_others_can_be_ended_and_so_can_all),
	api_test(operators_see_and_end_somebodys_sessions),
	api_test(who_is_no_party_is_not_found),
	api_test(the_login_history_is_mine_and_newest_first),
	api_test(the_login_history_comes_in_pages),
	api_test(a_missing_partition_does_not_break_a_login),
};

int
main(void)
{
	return run_world(session_tests);
}
