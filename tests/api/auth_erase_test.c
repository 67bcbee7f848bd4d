/*
 * auth_erase_test.c -- who may order to erase everything, and how.  Nothing is erased here: these platforms have no
 * worker that hands an order on.  What an order does is tests/fault/erase_test.c.
 */
#include <stdio.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"

#define SENTENCE "erase everything in test on localhost"

static void
order_saying(struct world *w, const char *code, const char *sentence)
{
	call(w, POST, "/v1/admin/erase",
	    arena_format(w->arena, "{\"otp\":\"%s\",\"confirmation\":\"%s\"}", code, sentence));
}

static void
order(struct world *w, const char *code)
{
	order_saying(w, code, SENTENCE);
}

static const char *
orders(struct world *w)
{
	return given_sql(w, "SELECT (SELECT count(*) FROM auth.erase_order) || '/' ||"
			    " (SELECT count(*) FROM queue.job WHERE kind = 'auth.erase')");
}

static void
then_nothing_is_ordered(struct world *w)
{
	assert_string_equal(orders(w), "0/0");
}

/* Signed in by the platform at hand: the second one's keys are not the first one's. */
static void
given_signed_in(struct world *w, const char *role)
{
	given_account(w, "root");
	given_role(w, "root", role);
	sign_in(w, "root", PASSWORD);
	then_status(w, 200);
	as_token(w, kept_field(w, "/access_token"));
}

/* With an authenticator as well; its secret. */
static const char *
given_holder_of(struct world *w, const char *role)
{
	given_signed_in(w, role);
	return add_authenticator(w);
}

static void
an_order_is_taken_once(void **state)
{
	struct world *w = *state;
	const char *secret = given_holder_of(w, "super_user"), *code = code_of(w, secret, 0), *id;

	order(w, code);
	then_status(w, 202);
	id = kept_field(w, "/id");
	then_body_contains(w, "created_at");
	assert_string_equal(orders(w), "1/1");
	assert_string_equal(
	    given_sql(w, arena_format(w->arena,
			     "SELECT count(*) FROM audit.inbox WHERE subject = '%s' AND party = '%s' AND status = 202"
			     " AND what = 'ordered to erase everything'",
			     id, id_of(w, "root"))),
	    "1");
	order(w, code);
	then_problem(w, 401, "wrong-code");
	order(w, code_of(w, secret, 30));
	then_problem(w, 409, "conflict");
	assert_string_equal(orders(w), "1/1");
	given_sql(w, "UPDATE auth.erase_order SET created_at = now() - interval '1 hour'");
	order(w, code_of(w, secret, 30));
	then_status(w, 202);
	assert_string_not_equal(kept_field(w, "/id"), id);
	assert_string_equal(orders(w), "1/2");
	given_sql(w, "DELETE FROM auth.erase_order");
	given_sql(w, "DELETE FROM queue.job WHERE kind = 'auth.erase'");
}

static void
a_sentence_that_names_something_else_is_refused_with_the_right_one(void **state)
{
	struct world *w = *state;
	const char *secret = given_holder_of(w, "super_user");

	order_saying(w, code_of(w, secret, 0), "erase everything in prod on localhost");
	then_problem(w, 422, "invalid");
	then_error(w, "/confirmation");
	then_body_contains(w, SENTENCE);
	order_saying(w, code_of(w, secret, 0), "erase everything in test on localhost ");
	then_problem(w, 422, "invalid");
	then_nothing_is_ordered(w);
}

static void
only_a_code_of_the_moment_counts(void **state)
{
	struct world *w = *state;
	const char *secret = given_holder_of(w, "super_user"), *on_paper = kept_field(w, "/recovery_codes/0");

	order(w, code_of(w, secret, -90));
	then_problem(w, 401, "wrong-code");
	order(w, on_paper);
	then_problem(w, 422, "invalid");
	then_error(w, "/otp");
	call(w, POST, "/v1/auth/login",
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\",\"otp\":\"%s\"}",
		email_of(w, "root"), code_of(w, secret, 0)));
	then_status(w, 200);
	order(w, code_of(w, secret, 0));
	then_problem(w, 401, "wrong-code"); /* it has signed somebody in */
	then_nothing_is_ordered(w);
}

static void
codes_are_counted_as_at_sign_in(void **state)
{
	struct world *w = *state;
	const char *secret = given_holder_of(w, "super_user");

	for (int i = 0; i < 5; i++) {
		order(w, "000000");
		then_problem(w, 401, "wrong-code");
	}
	order(w, code_of(w, secret, 0));
	then_problem(w, 429, "too-many-requests");
	then_nothing_is_ordered(w);
}

static void
without_an_authenticator_nobody_erases(void **state)
{
	struct world *w = *state;
	const char *secret;

	given_signed_in(w, "super_user");
	order(w, "000000");
	then_problem(w, 409, "conflict");
	then_body_contains(w, "Set up an authenticator first");
	call(w, POST, "/v1/auth/totp", NULL);
	secret = kept_field(w, "/secret");
	order(w, code_of(w, secret, 0));
	then_problem(w, 409, "conflict");
	then_nothing_is_ordered(w);
}

static void
who_may_do_everything_else_may_not_do_this(void **state)
{
	struct world *w = *state;
	const char *secret = given_holder_of(w, "admin");

	order(w, code_of(w, secret, 0));
	then_problem(w, 403, "forbidden");
	as(w, NULL);
	order(w, code_of(w, secret, 0));
	then_problem(w, 401, "unauthenticated");
	then_nothing_is_ordered(w);
}

static void
a_key_is_never_enough(void **state)
{
	struct world *w = *state;
	const char *secret = given_holder_of(w, "super_user");

	call(w, POST, "/v1/api-keys", "{\"name\":\"Erases\",\"scopes\":[\"admin.erase\"]}");
	then_status(w, 201);
	as_token(w, kept_field(w, "/key"));
	order(w, code_of(w, secret, 0));
	then_problem(w, 403, "forbidden");
	then_nothing_is_ordered(w);
}

static void
nothing_is_erased_where_that_is_not_allowed(void **state)
{
	struct world *w = *state;
	const char *secret = given_holder_of(w, "super_user");

	order(w, code_of(w, secret, 0));
	then_problem(w, 403, "erase-not-allowed");
	then_nothing_is_ordered(w);
}

static const struct CMUnitTest auth_erase_tests[] = {
	auth_test(an_order_is_taken_once),
	auth_test(a_sentence_that_names_something_else_is_refused_with_the_right_one),
	auth_test(only_a_code_of_the_moment_counts),
	auth_test(codes_are_counted_as_at_sign_in),
	auth_test(without_an_authenticator_nobody_erases),
	auth_test(who_may_do_everything_else_may_not_do_this),
	auth_test(a_key_is_never_enough),
};

static const struct CMUnitTest auth_erase_never_tests[] = {
	auth_test(nothing_is_erased_where_that_is_not_allowed),
};

static int
open_with(void **state, bool own_postgres, const char *rest)
{
	static char settings[200];

	snprintf(settings, sizeof(settings), "\n[limits]\naddress = 6000000/1m\nsign_in = 6000000/1m\n%s", rest);
	return platform_open_with(state,
	    &(struct platform_wish){
		.own_postgres = own_postgres, .pools = "ops, sample, limits, auth, auth-hash", .settings = settings });
}

static int
open_allowed(void **state)
{
	return open_with(state, true, "");
}

static int
open_never(void **state)
{
	return open_with(state, false, "\n[auth]\nerase = never\n");
}

int
main(void)
{
	return kit_run(auth_erase_tests, sizeof(auth_erase_tests) / sizeof(auth_erase_tests[0]), "auth_erase_tests",
		   open_allowed) |
	       kit_run(auth_erase_never_tests, 1, "auth_erase_never_tests", open_never);
}
