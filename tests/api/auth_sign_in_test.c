/* auth_sign_in_test.c -- signing in, refreshing, signing out. */
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"

static void
a_name_and_its_password_open_a_session(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	then_field(w, "/token_type", "Bearer");
	then_field(w, "/expires_in", "600");
	as_token(w, answer_field(&w->answer, "/access_token"));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	then_field(w, "/email", email_of(w, "ada"));
	then_field(w, "/id", id_of(w, "ada"));
	then_field(w, "/kind", "user");
}

static void
an_address_is_the_same_in_capital_letters(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	call(w, POST, "/v1/auth/login",
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", capitals(w, email_of(w, "ada"))));
	then_status(w, 200);
}

static void
a_wrong_password_opens_nothing(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	sign_in(w, "ada", "not the password");
	then_problem(w, 401, "wrong-credentials");
	then_no_field(w, "/access_token");
}

static const struct CMUnitTest auth_sign_in_tests[] = {
	auth_test(a_name_and_its_password_open_a_session),
	auth_test(an_address_is_the_same_in_capital_letters),
	auth_test(a_wrong_password_opens_nothing),
};

int
main(void)
{
	return run_world(auth_sign_in_tests);
}
