/* totp_test.c -- signing in with an authenticator; its codes are computed by oathtool. */
#include "core/base/arena.h"
#include "core/config/config.h"
#include "tests/api/auth_kit.h"

#define TRIES 50

static void
confirm(struct world *w, const char *code)
{
	call(w, POST, "/v1/auth/totp/confirm", arena_format(w->arena, "{\"otp\":\"%s\"}", code));
}

static const char *
sign_in_body(struct world *w, const char *name, const char *code)
{
	return arena_format(
	    w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\",\"otp\":\"%s\"}", email_of(w, name), code);
}

static void
sign_in_with(struct world *w, const char *name, const char *code)
{
	as(w, NULL);
	call(w, POST, "/v1/auth/login", sign_in_body(w, name, code));
}

/* "ada" with a confirmed authenticator; its secret. */
static const char *
given_authenticator(struct world *w)
{
	given_account(w, "ada");
	as(w, "ada");
	return add_authenticator(w);
}

static void
signing_in_asks_for_a_code_once_one_was_confirmed(void **state)
{
	struct world *w = *state;
	const char *secret;

	given_account(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/auth/totp", NULL);
	then_status(w, 200);
	secret = arena_text(w->arena, answer_field(&w->answer, "/secret"));
	then_body_contains(w, "otpauth://totp/");
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	as(w, "ada");
	confirm(w, code_of(w, secret, 0));
	then_status(w, 200);
	then_count(w, "/recovery_codes", 10);
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 401, "otp-required");
	sign_in_with(w, "ada", code_of(w, secret, 30));
	then_status(w, 200);
}

static void
a_wrong_password_is_told_nothing_about_codes(void **state)
{
	struct world *w = *state;

	given_authenticator(w);
	as(w, NULL);
	sign_in(w, "ada", "not the password");
	then_problem(w, 401, "wrong-credentials");
}

static void
a_code_counts_once(void **state)
{
	struct world *w = *state;
	const char *secret = given_authenticator(w), *code = code_of(w, secret, 0);

	sign_in_with(w, "ada", code);
	then_status(w, 200);
	sign_in_with(w, "ada", code);
	then_problem(w, 401, "wrong-code");
	sign_in_with(w, "ada", code_of(w, secret, -30));
	then_problem(w, 401, "wrong-code");
	sign_in_with(w, "ada", code_of(w, secret, 30));
	then_status(w, 200);
}

static void
a_code_from_too_far_away_is_wrong(void **state)
{
	struct world *w = *state;
	const char *secret = given_authenticator(w);

	sign_in_with(w, "ada", code_of(w, secret, -90));
	then_problem(w, 401, "wrong-code");
	sign_in_with(w, "ada", code_of(w, secret, 90));
	then_problem(w, 401, "wrong-code");
}

static void
the_first_code_is_used_up_by_the_confirmation(void **state)
{
	struct world *w = *state;
	const char *secret, *code;

	given_account(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/auth/totp", NULL);
	secret = arena_text(w->arena, answer_field(&w->answer, "/secret"));
	confirm(w, "000000");
	then_problem(w, 401, "wrong-code");
	confirm(w, code = code_of(w, secret, 0));
	then_status(w, 200);
	sign_in_with(w, "ada", code);
	then_problem(w, 401, "wrong-code");
	as(w, "ada");
	confirm(w, code_of(w, secret, 30));
	then_problem(w, 409, "conflict");
	call(w, POST, "/v1/auth/totp", NULL);
	then_problem(w, 409, "conflict");
}

static void
of_many_tries_of_one_code_at_once_one_goes_through(void **state)
{
	struct world *w = *state;
	const char *secret = given_authenticator(w), *body;
	const struct said *said;

	body = sign_in_body(w, "ada", code_of(w, secret, 0));
	said = all_at_once(w, "/v1/auth/login", body, TRIES, TRIES, NULL);
	assert_int_equal(count_status(said, TRIES, 200), 1);
	assert_int_equal(
	    count_status(said, TRIES, 401) + count_status(said, TRIES, 429) + count_status(said, TRIES, 503),
	    TRIES - 1);
	assert_string_equal(
	    given_sql(
		w, arena_format(w->arena,
		       "SELECT count(*) FROM session.session WHERE party = '%s' AND device IS DISTINCT FROM 'test'",
		       id_of(w, "ada"))),
	    "1");
}

static void
codes_are_counted_for_each_user(void **state)
{
	struct world *w = *state;
	const char *secret = given_authenticator(w);

	for (int i = 0; i < 5; i++) {
		sign_in_with(w, "ada", "000000");
		then_problem(w, 401, "wrong-code");
	}
	sign_in_with(w, "ada", code_of(w, secret, 0));
	then_problem(w, 429, "too-many-requests");
	then_has_header(w, "Retry-After");
	given_sql(w, "UPDATE auth.attempt SET until = now()");
	sign_in_with(w, "ada", code_of(w, secret, 0));
	then_status(w, 200);
}

static void
a_recovery_code_counts_once(void **state)
{
	struct world *w = *state;
	const char *first, *second;

	given_authenticator(w);
	given_account(w, "bob");
	as(w, "bob");
	call(w, POST, "/v1/auth/totp", NULL);
	confirm(w, code_of(w, arena_text(w->arena, answer_field(&w->answer, "/secret")), 0));
	first = arena_text(w->arena, answer_field(&w->answer, "/recovery_codes/0"));
	second = arena_text(w->arena, answer_field(&w->answer, "/recovery_codes/9"));
	sign_in_with(w, "bob", first);
	then_status(w, 200);
	sign_in_with(w, "bob", first);
	then_problem(w, 401, "wrong-code");
	sign_in_with(w, "ada", second);
	then_problem(w, 401, "wrong-code");
	sign_in_with(w, "bob", second);
	then_status(w, 200);
	assert_string_equal(
	    given_sql(w,
		arena_format(w->arena, "SELECT count(*) FROM auth.recovery_code WHERE party = '%s'", id_of(w, "bob"))),
	    "8");
}

static void
the_secret_is_kept_sealed_and_goes_with_its_user(void **state)
{
	struct world *w = *state;
	const char *rows;

	given_authenticator(w);
	rows = arena_format(w->arena,
	    "SELECT (SELECT count(*) FROM auth.totp WHERE party = '%s') || '/' ||"
	    " (SELECT count(*) FROM auth.recovery_code WHERE party = '%s')",
	    id_of(w, "ada"), id_of(w, "ada"));
	assert_string_equal(given_sql(w, rows), "1/10");
	assert_string_equal(
	    given_sql(w, arena_format(w->arena, "SELECT length(secret) > 40 FROM auth.totp WHERE party = '%s'",
			     id_of(w, "ada"))),
	    "t");
	given_sql(w, arena_format(w->arena,
			 "UPDATE auth.user SET deleted_at = now(), email = NULL, email_canonical = NULL, password = "
			 "NULL WHERE id = '%s'",
			 id_of(w, "ada")));
	assert_string_equal(given_sql(w, rows), "0/0");
}

static void
taking_it_away_needs_a_code(void **state)
{
	struct world *w = *state;
	const char *secret = given_authenticator(w);

	as(w, "ada");
	call(w, DELETE, "/v1/auth/totp", "{\"otp\":\"000000\"}");
	then_problem(w, 401, "wrong-code");
	call(w, DELETE, "/v1/auth/totp", arena_format(w->arena, "{\"otp\":\"%s\"}", code_of(w, secret, 0)));
	then_status(w, 204);
	call(w, DELETE, "/v1/auth/totp", "{\"otp\":\"000000\"}");
	then_problem(w, 409, "conflict");
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
}

static void
a_page_signs_in_with_a_code_too(void **state)
{
	struct world *w = *state;
	const char *secret = given_authenticator(w);
	const char *origin = arena_format(w->arena, "Origin: %s", w->config->global.public_url);

	as(w, NULL);
	call_with(w, POST, "/v1/auth/console/login",
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email_of(w, "ada")), origin);
	then_problem(w, 401, "otp-required");
	call_with(w, POST, "/v1/auth/console/login", sign_in_body(w, "ada", code_of(w, secret, 0)), origin);
	then_status(w, 200);
}

static const struct CMUnitTest totp_tests[] = {
	auth_test(signing_in_asks_for_a_code_once_one_was_confirmed),
	auth_test(a_wrong_password_is_told_nothing_about_codes),
	auth_test(a_code_counts_once),
	auth_test(a_code_from_too_far_away_is_wrong),
	auth_test(the_first_code_is_used_up_by_the_confirmation),
	auth_test(of_many_tries_of_one_code_at_once_one_goes_through),
	auth_test(codes_are_counted_for_each_user),
	auth_test(a_recovery_code_counts_once),
	auth_test(the_secret_is_kept_sealed_and_goes_with_its_user),
	auth_test(taking_it_away_needs_a_code),
	auth_test(a_page_signs_in_with_a_code_too),
};

int
main(void)
{
	return run_world(totp_tests);
}
