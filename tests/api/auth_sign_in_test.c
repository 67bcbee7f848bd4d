/* auth_sign_in_test.c -- signing in, refreshing, signing out. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/config/config.h"
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

/* The job pool tells it, a moment later. */
static void
then_history_shows(struct world *w, const char *name, const char *outcomes)
{
	const char *shown = NULL;

	for (int i = 0; i < 400; i++) {
		shown = given_sql(w, arena_format(w->arena,
					 "SELECT string_agg(outcome || ' ' || device_type, ', '"
					 " ORDER BY occurred_at) FROM session.login WHERE party = '%s'",
					 id_of(w, name)));
		if (shown != NULL && strcmp(shown, outcomes) == 0)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 50 * 1000000 }, NULL);
	}
	fail_msg("the history shows %s", shown);
}

static void
who_has_the_address_sees_who_tried_it(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	sign_in(w, "ada", "not the password");
	then_problem(w, 401, "wrong-credentials");
	then_history_shows(w, "ada", "wrong-credentials other");
	call(w, POST, "/v1/auth/login",
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"not it\",\"device_type\":\"tv\"}",
		capitals(w, email_of(w, "ada"))));
	then_problem(w, 401, "wrong-credentials");
	then_history_shows(w, "ada", "wrong-credentials other, wrong-credentials tv");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/login-history", NULL);
	then_count(w, "/data", 3);
	then_field(w, "/data/0/outcome", "success");
	then_field(w, "/data/1/outcome", "wrong-credentials");
	then_no_field(w, "/data/1/session");
	given_sql(w, arena_format(w->arena, "SELECT auth.block(ARRAY['%s'::uuid], 'operator', NULL)", id_of(w, "ada")));
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 403, "account-blocked");
	then_history_shows(w, "ada", "wrong-credentials other, wrong-credentials tv,"
				     " success other, account-blocked other");
}

static void
wrong_shapes_are_named_and_never_repeated(void **state)
{
	struct world *w = *state;

	call(w, POST, "/v1/auth/login", "{\"email\":\"ada@example.com\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/password");
	call(w, POST, "/v1/auth/login", "{\"email\":1,\"password\":\"hush hush\",\"device_type\":\"fridge\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/email");
	then_error(w, "/device_type");
	assert_null(strstr((const char *)w->answer.body.data, "hush"));
}

static void
an_old_hash_is_made_anew_at_the_next_sign_in(void **state)
{
	struct world *w = *state;
	const char *sql;

	given_account(w, "ada");
	/* argon2id of PASSWORD with m=1024, t=1. */
	given_sql(w, arena_format(w->arena, "UPDATE auth.user SET password = '%s' WHERE id = '%s'",
	    cheap_hash(w), id_of(w, "ada")));
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	sql = arena_format(w->arena, "SELECT split_part(password, '$', 4) FROM auth.user WHERE id = '%s'", id_of(w, "ada"));
	assert_string_equal(given_sql(w, sql), "m=19456,t=2,p=1");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
}

static void
guessing_is_counted_by_name_and_address(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_account(w, "bob");
	for (int i = 0; i < 10; i++) {
		sign_in(w, "ada", "not the password");
		then_problem(w, 401, "wrong-credentials");
	}
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 429, "too-many-requests");
	then_has_header(w, "retry-after");
	sign_in(w, "bob", PASSWORD);
	then_status(w, 200);
	given_sql(w, "UPDATE auth.attempt SET until = now() - interval '1 second'");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
}

static void
other_letters_of_the_same_name_are_no_further_tries(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	for (int i = 0; i < 10; i++) {
		call(w, POST, "/v1/auth/login",
		    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"not the password\"}",
			i % 2 == 0 ? email_of(w, "ada") : capitals(w, email_of(w, "ada"))));
		then_problem(w, 401, "wrong-credentials");
	}
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 429, "too-many-requests");
}

static void
the_right_password_gives_the_tries_back(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	for (int i = 0; i < 9; i++)
		sign_in(w, "ada", "not the password");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	assert_string_equal(given_sql(w, "SELECT min(count) FROM auth.attempt"), "0");
	assert_string_equal(given_sql(w, "SELECT max(count) FROM auth.attempt"), "9");
}

static void
names_that_nobody_has_are_counted_as_well(void **state)
{
	struct world *w = *state;
	const char *json = arena_format(
	    w->arena, "{\"email\":\"%s\",\"password\":\"not the password\"}", fresh_email(w, "nobody"));

	for (int i = 0; i < 10; i++) {
		call(w, POST, "/v1/auth/login", json);
		then_problem(w, 401, "wrong-credentials");
	}
	call(w, POST, "/v1/auth/login", json);
	then_problem(w, 429, "too-many-requests");
}

static void
refresh_with(struct world *w, const char *token)
{
	call(w, POST, "/v1/auth/refresh", arena_format(w->arena, "{\"refresh_token\":\"%s\"}", token));
}

/* As if the counter had moved last a minute ago. */
static void
given_a_minute_passed(struct world *w)
{
	given_sql(w, "UPDATE session.session SET last_used_at = last_used_at - interval '1 minute'");
}

static void
the_current_and_the_previous_token_give_the_current_one(void **state)
{
	struct world *w = *state;
	const char *first, *second;

	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	first = kept_field(w, "/refresh_token");
	refresh_with(w, first);
	then_field(w, "/refresh_token", first); /* within the grace nothing moves */
	given_a_minute_passed(w);
	refresh_with(w, first);
	then_status(w, 200);
	second = kept_field(w, "/refresh_token");
	assert_string_not_equal(first, second);
	refresh_with(w, first);
	then_field(w, "/refresh_token", second);
	refresh_with(w, second);
	then_field(w, "/refresh_token", second);
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
}

static void
an_older_token_ends_the_session_and_is_written_down(void **state)
{
	struct world *w = *state;
	const char *first, *session, *second;

	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	first = kept_field(w, "/refresh_token");
	session = kept_field(w, "/session_id");
	for (int i = 0; i < 2; i++) {
		given_a_minute_passed(w);
		refresh_with(w, i == 0 ? first : kept_field(w, "/refresh_token"));
		then_status(w, 200);
	}
	second = kept_field(w, "/refresh_token");
	refresh_with(w, first);
	then_problem(w, 401, "unauthenticated");
	refresh_with(w, second);
	then_problem(w, 401, "unauthenticated");
	refresh_with(w, first);
	assert_string_equal(given_sql(w, arena_format(w->arena,
	    "SELECT end_reason FROM session.session WHERE id = '%s'", session)), "refresh-replayed");
	assert_string_equal(given_sql(w, arena_format(w->arena,
	    "SELECT count(*) FROM (SELECT subject FROM audit.inbox UNION ALL SELECT subject FROM audit.entry) a"
	    " WHERE subject = '%s'", session)), "1");
}

/* A standby took over that had not heard of the latest tokens. */
static void
a_newer_token_than_the_row_knows_counts(void **state)
{
	struct world *w = *state;
	const char *newer;

	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	for (int i = 0; i < 3; i++) {
		given_a_minute_passed(w);
		refresh_with(w, kept_field(w, "/refresh_token"));
	}
	newer = kept_field(w, "/refresh_token");
	given_sql(w, arena_format(w->arena, "UPDATE session.session SET counter = 0 WHERE id = '%s'",
	    answer_field(&w->answer, "/session_id")));
	refresh_with(w, newer);
	then_status(w, 200);
	newer = kept_field(w, "/refresh_token");
	refresh_with(w, newer);
	then_field(w, "/refresh_token", newer);
}

static void
a_forged_refresh_token_is_refused(void **state)
{
	static const char *const nonsense[] = { "x", "AQ", "====", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
	struct world *w = *state;
	const char *good;

	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	good = kept_field(w, "/refresh_token");
	for (size_t i = 0; i < sizeof(nonsense) / sizeof(nonsense[0]); i++) {
		refresh_with(w, nonsense[i]);
		then_problem(w, 401, "unauthenticated");
	}
	for (size_t i = 0; good[i] != '\0'; i++) {
		char *bad = arena_text(w->arena, good);

		bad[i] = bad[i] == 'A' ? 'B' : 'A';
		refresh_with(w, bad);
		then_problem(w, 401, "unauthenticated");
	}
	refresh_with(w, good);
	then_status(w, 200);
}

static void
signing_out_counts_at_the_next_request(void **state)
{
	static const struct {
		const char *scope;
		unsigned here, there;
	} cases[] = { { "{\"scope\":\"this\"}", 401, 200 }, { "{\"scope\":\"others\"}", 200, 401 },
		{ "{\"scope\":\"all\"}", 401, 401 }, { "{}", 401, 200 } };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		given_account(w, "ada");
		given_session(w, "ada", "tablet");
		as(w, "ada");
		call(w, POST, "/v1/auth/logout", cases[i].scope);
		then_status(w, 204);
		call(w, GET, "/v1/auth/me", NULL);
		then_status(w, cases[i].here);
		as(w, "tablet");
		call(w, GET, "/v1/auth/me", NULL);
		then_status(w, cases[i].there);
	}
}

static void
a_check_is_bare_and_names_who_it_is(void **state)
{
	struct world *w = *state;

	given_operator(w, "ada", "ops.read");
	as(w, "ada");
	call(w, GET, "/v1/auth/check", NULL);
	then_status(w, 204);
	then_header(w, "x-stoa-subject", id_of(w, "ada"));
	then_has_header(w, "x-stoa-session");
	then_header(w, "x-stoa-roles", "test-ops-read");
	assert_int_equal(w->answer.body.length, 0);
	as(w, NULL);
	call(w, GET, "/v1/auth/check", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
a_sign_in_is_in_the_history_and_in_the_audit(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	assert_string_equal(given_sql(w, arena_format(w->arena,
	    "SELECT method FROM session.login WHERE party = '%s' AND session = '%s'", id_of(w, "ada"),
	    answer_field(&w->answer, "/session_id"))), "password");
	assert_string_equal(given_sql(w, arena_format(w->arena,
	    "SELECT what FROM (SELECT subject, what FROM audit.inbox UNION ALL SELECT subject, what FROM audit.entry) a"
	    " WHERE subject = '%s'", id_of(w, "ada"))), "signed in");
}

static void
our_address_and_our_keys_are_told(void **state)
{
	struct world *w = *state;

	call(w, GET, "/.well-known/openid-configuration", NULL);
	then_status(w, 200);
	then_field(w, "/issuer", w->config->global.public_url);
	then_header(w, "cache-control", "max-age=300, public");
	call(w, GET, "/.well-known/jwks.json", NULL);
	then_status(w, 200);
	then_field(w, "/keys/0/alg", "ES256");
	then_no_field(w, "/keys/0/d");
}

static const struct CMUnitTest auth_sign_in_tests[] = {
	auth_test(a_name_and_its_password_open_a_session),
	auth_test(an_address_is_the_same_in_capital_letters),
	auth_test(a_wrong_password_opens_nothing),
	auth_test(who_has_the_address_sees_who_tried_it),
	auth_test(wrong_shapes_are_named_and_never_repeated),
	auth_test(an_old_hash_is_made_anew_at_the_next_sign_in),
	auth_test(guessing_is_counted_by_name_and_address),
	auth_test(other_letters_of_the_same_name_are_no_further_tries),
	auth_test(the_right_password_gives_the_tries_back),
	auth_test(names_that_nobody_has_are_counted_as_well),
	auth_test(the_current_and_the_previous_token_give_the_current_one),
	auth_test(an_older_token_ends_the_session_and_is_written_down),
	auth_test(a_newer_token_than_the_row_knows_counts),
	auth_test(a_forged_refresh_token_is_refused),
	auth_test(signing_out_counts_at_the_next_request),
	auth_test(a_check_is_bare_and_names_who_it_is),
	auth_test(a_sign_in_is_in_the_history_and_in_the_audit),
	auth_test(our_address_and_our_keys_are_told),
};

int
main(void)
{
	return run_world(auth_sign_in_tests);
}
