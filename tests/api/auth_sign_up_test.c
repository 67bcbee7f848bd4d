/* auth_sign_up_test.c -- signing up, proving an address, and passwords that were forgotten. */
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"

static void
sign_up_as(struct world *w, const char *email)
{
	call(w, POST, "/v1/auth/signup",
	    arena_format(w->arena,
		"{\"email\":\"%s\",\"password\":\"" PASSWORD "\",\"name\":\"Ada\",\"region\":\"GB\","
		"\"device_type\":\"phone\"}",
		email));
}

static void
sign_in_as(struct world *w, const char *email, const char *password)
{
	call(w, POST, "/v1/auth/login", arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password));
}

static void
use_link(struct world *w, const char *path, const char *secret, const char *more)
{
	call(w, POST, path, arena_format(w->arena, "{\"token\":\"%s\"%s}", secret, more));
}

static void
signing_up_gives_tokens_and_a_client(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada");

	sign_up_as(w, email);
	then_status(w, 201);
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	then_field(w, "/email", email);
	then_field(w, "/verified", "false");
	then_field(w, "/region", "GB");
	assert_string_equal(
	    given_sql(w, arena_format(w->arena, "SELECT region FROM client.client WHERE id = '%s'", answer_field(&w->answer, "/id"))),
	    "GB");
}

static void
an_address_is_taken_once(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada");

	sign_up_as(w, email);
	then_status(w, 201);
	sign_up_as(w, email);
	then_problem(w, 409, "email-taken");
	sign_up_as(w, capitals(w, email));
	then_problem(w, 409, "email-taken");
}

static void
an_address_in_other_letters_is_the_same_person(void **state)
{
	struct world *w = *state;
	const char *mine = fresh_email(w, "\xc3\xa4""da");                 /* a with two dots */
	const char *same = arena_format(w->arena, "A\xcc\x88%s", mine + 2); /* A, and the dots by themselves */

	sign_up_as(w, mine);
	then_status(w, 201);
	sign_up_as(w, same);
	then_problem(w, 409, "email-taken");
	sign_in_as(w, same, PASSWORD);
	then_status(w, 200);
}

static void
what_is_wrong_with_a_wish_is_named(void **state)
{
	struct world *w = *state;

	call(w, POST, "/v1/auth/signup",
	    "{\"email\":\"no address\",\"password\":\"short\",\"region\":\"gb\",\"device_type\":\"toaster\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/email");
	then_error(w, "/password");
	then_error(w, "/region");
	then_error(w, "/device_type");
	assert_null(strstr((const char *)w->answer.body.data, "short\""));
}

static void
the_mailed_link_proves_the_address_once(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada"), *secret;

	sign_up_as(w, email);
	secret = link_of(w, email, "auth.verify-email");
	use_link(w, "/v1/auth/verify", secret, "");
	then_status(w, 200);
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/verified", "true");
	use_link(w, "/v1/auth/verify", secret, "");
	then_problem(w, 404, "link-invalid");
}

static void
a_link_that_never_was_looks_like_a_used_one(void **state)
{
	struct world *w = *state;

	use_link(w, "/v1/auth/verify", "0p5v1S9bSGvZ0Vd1bV0xWq2nq9o4Tt7y3m8J6c5Rk1E", "");
	then_problem(w, 404, "link-invalid");
	use_link(w, "/v1/auth/verify", "x", "");
	then_problem(w, 404, "link-invalid");
	use_link(w, "/v1/auth/password/reset", "x", ",\"password\":\"another good password\"");
	then_problem(w, 404, "link-invalid");
	use_link(w, "/v1/auth/setup", "x", ",\"email\":\"a@b.c\",\"password\":\"another good password\"");
	then_problem(w, 404, "link-invalid");
}

static void
only_the_newest_link_counts(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada"), *first, *second;

	sign_up_as(w, email);
	first = link_of(w, email, "auth.verify-email");
	call(w, POST, "/v1/auth/resend", arena_format(w->arena, "{\"email\":\"%s\"}", email));
	then_status(w, 202);
	for (int i = 0; i < 100 && mails_to(w, email) < 2; i++)
		given_sql(w, "SELECT pg_sleep(0.05)");
	second = link_of(w, email, "auth.verify-email");
	assert_string_not_equal(first, second);
	use_link(w, "/v1/auth/verify", first, "");
	then_problem(w, 404, "link-invalid");
	use_link(w, "/v1/auth/verify", second, "");
	then_status(w, 200);
}

static void
a_link_past_its_time_is_none(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada"), *secret;

	sign_up_as(w, email);
	secret = link_of(w, email, "auth.verify-email");
	given_sql(w, arena_format(w->arena,
	    "UPDATE auth.link SET expires_at = now() - interval '1 second' WHERE party ="
	    " (SELECT id FROM auth.user WHERE email = '%s')", email));
	use_link(w, "/v1/auth/verify", secret, "");
	then_problem(w, 404, "link-invalid");
}

static void
a_forgotten_password_is_replaced_and_every_session_ends(void **state)
{
	struct world *w = *state;
	const char *secret;

	given_account(w, "ada");
	call(w, POST, "/v1/auth/password/forgot", arena_format(w->arena, "{\"email\":\"%s\"}", email_of(w, "ada")));
	then_status(w, 202);
	secret = link_of(w, email_of(w, "ada"), "auth.reset-password");
	use_link(w, "/v1/auth/password/reset", secret, ",\"password\":\"another good password\"");
	then_status(w, 204);
	as(w, "ada"); /* the session from before */
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 401, "wrong-credentials");
	sign_in(w, "ada", "another good password");
	then_status(w, 200);
	mail_to(w, email_of(w, "ada"), "auth.password-changed");
	use_link(w, "/v1/auth/password/reset", secret, ",\"password\":\"a third good password\"");
	then_problem(w, 404, "link-invalid");
}

static void
a_weak_password_does_not_use_the_link_up(void **state)
{
	struct world *w = *state;
	const char *secret;

	given_account(w, "ada");
	call(w, POST, "/v1/auth/password/forgot", arena_format(w->arena, "{\"email\":\"%s\"}", email_of(w, "ada")));
	secret = link_of(w, email_of(w, "ada"), "auth.reset-password");
	use_link(w, "/v1/auth/password/reset", secret, ",\"password\":\"weak\"");
	then_problem(w, 422, "invalid");
	use_link(w, "/v1/auth/password/reset", secret, ",\"password\":\"another good password\"");
	then_status(w, 204);
}

static void
a_password_is_changed_by_who_knows_it(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_session(w, "ada", "tablet");
	as(w, "ada");
	call(w, POST, "/v1/auth/password/change",
	    "{\"password\":\"not the password\",\"new_password\":\"another good password\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/password");
	call(w, POST, "/v1/auth/password/change",
	    "{\"password\":\"" PASSWORD "\",\"new_password\":\"another good password\",\"end_others\":true}");
	then_status(w, 204);
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	as(w, "tablet");
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
	as(w, NULL);
	sign_in(w, "ada", "another good password");
	then_status(w, 200);
}

static void
an_invited_person_chooses_a_password(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "eve");
	const char *secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"; /* 32 zero bytes */

	given_sql(w, "DELETE FROM auth.link WHERE hash = sha256(decode(repeat('00', 32), 'hex'))");
	assert_string_equal(given_sql(w, arena_format(w->arena,
	    "SELECT created FROM auth.user_invite('%s', 'Eve', sha256(decode(repeat('00', 32), 'hex')), now() + interval"
	    " '7 days')", email)), "t");
	sign_in_as(w, email, PASSWORD);
	then_problem(w, 401, "wrong-credentials");
	use_link(w, "/v1/auth/password/reset", secret, ",\"password\":\"" PASSWORD "\"");
	then_status(w, 204);
	sign_in_as(w, email, PASSWORD);
	then_status(w, 200);
}

#define TRIES 50

static void
of_many_tries_of_one_link_one_counts(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada"), *json;
	const struct said *said;

	sign_up_as(w, email);
	json = arena_format(w->arena, "{\"token\":\"%s\"}", link_of(w, email, "auth.verify-email"));
	said = all_at_once(w, "/v1/auth/verify", json, TRIES, TRIES, NULL);
	assert_int_equal(count_status(said, TRIES, 200), 1);
	assert_int_equal(count_status(said, TRIES, 404), TRIES - 1);
	call(w, POST, "/v1/auth/password/forgot", arena_format(w->arena, "{\"email\":\"%s\"}", email));
	json = arena_format(w->arena, "{\"token\":\"%s\",\"password\":\"another good password\"}",
	    link_of(w, email, "auth.reset-password"));
	said = all_at_once(w, "/v1/auth/password/reset", json, TRIES, 30, NULL);
	assert_int_equal(count_status(said, TRIES, 204), 1);
	assert_int_equal(count_status(said, TRIES, 404), TRIES - 1);
}

static const struct CMUnitTest auth_sign_up_tests[] = {
	auth_test(signing_up_gives_tokens_and_a_client),
	auth_test(an_address_is_taken_once),
	auth_test(an_address_in_other_letters_is_the_same_person),
	auth_test(what_is_wrong_with_a_wish_is_named),
	auth_test(the_mailed_link_proves_the_address_once),
	auth_test(a_link_that_never_was_looks_like_a_used_one),
	auth_test(only_the_newest_link_counts),
	auth_test(a_link_past_its_time_is_none),
	auth_test(a_forgotten_password_is_replaced_and_every_session_ends),
	auth_test(a_weak_password_does_not_use_the_link_up),
	auth_test(a_password_is_changed_by_who_knows_it),
	auth_test(an_invited_person_chooses_a_password),
	auth_test(of_many_tries_of_one_link_one_counts),
};

int
main(void)
{
	return run_world(auth_sign_up_tests);
}
