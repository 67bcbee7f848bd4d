/* auth_setup_test.c -- the first super user of a new house; its PostgreSQL is this test's own, and empty. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"

static void
set_up(struct world *w, const char *secret, const char *email)
{
	call(w, POST, "/v1/auth/setup",
	    arena_format(w->arena, "{\"token\":\"%s\",\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", secret, email));
}

static void
the_printed_link_makes_the_first_super_user_once(void **state)
{
	struct world *w = *state;
	const char *old = setup_secret(w), *secret = setup_secret(w);

	assert_non_null(old);
	assert_non_null(secret);
	set_up(w, old, "first@example.com");
	then_problem(w, 404, "link-invalid"); /* only the newest counts */
	set_up(w, secret, "first@example.com");
	then_status(w, 201);
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/users", NULL);
	then_status(w, 200);
	then_count(w, "/data", 1);
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/roles/0", "super_user");
	as(w, NULL);
	set_up(w, secret, "second@example.com");
	then_problem(w, 404, "link-invalid");
	assert_null(setup_secret(w));
}

static void
further_super_users_are_made_by_hand(void **state)
{
	struct world *w = *state;
	int status;

	users(w, "create-super-user second@example.com <<'END'\nshort\nEND\n", &status);
	assert_int_equal(status, 2);
	users(w, "create-super-user no-address <<'END'\nx\nEND\n", &status);
	assert_int_equal(status, 2);
	users(w, "nonsense", &status);
	assert_int_equal(status, 2);
	for (int i = 0; i < 2; i++) { /* the second time it is there, and gets the password */
		users(w, "create-super-user second@example.com <<'END'\n" PASSWORD "\nEND\n", &status);
		assert_int_equal(status, 0);
	}
	call(w, POST, "/v1/auth/login", "{\"email\":\"second@example.com\",\"password\":\"" PASSWORD "\"}");
	then_status(w, 200);
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/roles/0", "super_user");
}

static void
nobody_signs_up_where_that_is_closed(void **state)
{
	struct world *w = *state;

	call(w, POST, "/v1/auth/signup", "{\"email\":\"ada@example.com\",\"password\":\"" PASSWORD "\"}");
	then_problem(w, 403, "signup-closed");
	assert_string_equal(given_sql(w, "SELECT count(*) FROM auth.user WHERE email = 'ada@example.com'"), "0");
}

static const struct CMUnitTest auth_setup_tests[] = {
	auth_test(the_printed_link_makes_the_first_super_user_once),
	auth_test(further_super_users_are_made_by_hand),
	auth_test(nobody_signs_up_where_that_is_closed),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.own_postgres = true,
		.pools = "ops, sample, limits, auth, auth-hash",
		.settings = "\n[limits]\naddress = 6000000/1m\nsign_in = 6000000/1m\n\n[auth]\nsignup = closed\n",
	    });
}

int
main(void)
{
	return kit_run(auth_setup_tests, sizeof(auth_setup_tests) / sizeof(auth_setup_tests[0]), "auth_setup_tests", open_platform);
}
