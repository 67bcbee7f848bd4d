/* introspect_test.c -- services ask about tokens that they are shown, and take them back. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"

/* A signed-in person's tokens, as the area itself gives them. */
static void
signed_in(struct world *w, const char *name, const char **access, const char **refresh)
{
	given_account(w, name);
	as(w, NULL);
	sign_in(w, name, PASSWORD);
	then_status(w, 200);
	*access = arena_text(w->arena, answer_field(&w->answer, "/access_token"));
	*refresh = arena_text(w->arena, answer_field(&w->answer, "/refresh_token"));
}

static void
introspect(struct world *w, const char *token)
{
	call_form(w, "/v1/auth/introspect", arena_format(w->arena, "token=%s", token));
	then_status(w, 200);
}

static void
revoke(struct world *w, const char *token)
{
	call_form(w, "/v1/auth/revoke", arena_format(w->arena, "token=%s", token));
	then_status(w, 200);
}

static void
a_living_token_is_active(void **state)
{
	struct world *w = *state;
	const char *access, *refresh;

	signed_in(w, "ada", &access, &refresh);
	given_service(w, "shop");
	introspect(w, access);
	then_field(w, "/active", "true");
	then_field(w, "/sub", id_of(w, "ada"));
	then_field(w, "/token_type", "Bearer");
	then_field(w, "/aud", "stoa");
	then_header(w, "Cache-Control", "no-store");
}

static void
what_cannot_be_read_is_not_active(void **state)
{
	struct world *w = *state;
	const char *access, *refresh;
	char *forged;

	signed_in(w, "ada", &access, &refresh);
	forged = arena_text(w->arena, access);
	forged[strlen(forged) - 10] = forged[strlen(forged) - 10] == 'A' ? 'B' : 'A';
	given_service(w, "shop");
	const char *const bad[] = { "x", forged, "stoa_x", "eyJhbGciOiJub25lIn0.e30." };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		introspect(w, bad[i]);
		then_field(w, "/active", "false");
		then_no_field(w, "/sub");
	}
}

static void
an_ended_session_is_not_active(void **state)
{
	struct world *w = *state;
	const char *access, *refresh;

	signed_in(w, "ada", &access, &refresh);
	given_session_ended(w, "ada");
	given_service(w, "shop");
	introspect(w, access);
	then_field(w, "/active", "false");
}

static void
keys_are_told_about_too(void **state)
{
	struct world *w = *state;
	const char *key;

	given_account(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/api-keys", "{\"name\":\"report\"}");
	then_status(w, 201);
	key = arena_text(w->arena, answer_field(&w->answer, "/key"));
	given_service(w, "shop");
	introspect(w, key);
	then_field(w, "/active", "true");
	then_field(w, "/token_type", "api_key");
	then_field(w, "/sub", id_of(w, "ada"));
	revoke(w, key);
	introspect(w, key);
	then_field(w, "/active", "false");
}

static void
a_token_taken_back_opens_nothing(void **state)
{
	struct world *w = *state;
	const char *access, *refresh;

	signed_in(w, "ada", &access, &refresh);
	given_service(w, "shop");
	revoke(w, access);
	revoke(w, access);
	introspect(w, access);
	then_field(w, "/active", "false");
	as_token(w, access);
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
}

/* As if its last use were long ago. */
static const char *
refreshed(struct world *w, const char *token)
{
	given_sql(
	    w, arena_format(w->arena,
		   "UPDATE session.session SET last_used_at = last_used_at - interval '1 hour' WHERE party = '%s'",
		   id_of(w, "ada")));
	call(w, POST, "/v1/auth/refresh", arena_format(w->arena, "{\"refresh_token\":\"%s\"}", token));
	then_status(w, 200);
	return kept_field(w, "/refresh_token");
}

static void
a_refresh_token_is_looked_at_and_not_used(void **state)
{
	struct world *w = *state;
	const char *access, *first, *second, *third, *key;

	signed_in(w, "ada", &access, &first);
	given_service(w, "shop");
	key = w->caller->token;
	for (int i = 0; i < 3; i++) {
		introspect(w, first);
		then_field(w, "/active", "true");
		then_field(w, "/sub", id_of(w, "ada"));
		then_field(w, "/token_type", "refresh_token");
		assert_true(strtoll(answer_field(&w->answer, "/exp"), NULL, 10) > time(NULL) + 600);
	}
	second = refreshed(w, first);
	third = refreshed(w, second);
	assert_string_not_equal(third, second);
	as_token(w, key);
	introspect(w, third);
	then_field(w, "/active", "true");
	introspect(w, second); /* gives the current one once more */
	then_field(w, "/active", "true");
	introspect(w, first);
	then_field(w, "/active", "false");
	then_no_field(w, "/sub");
	introspect(w, third); /* and that it was shown has ended nothing */
	then_field(w, "/active", "true");
}

static void
a_refresh_token_taken_back_gives_no_more(void **state)
{
	struct world *w = *state;
	const char *access, *refresh;

	signed_in(w, "ada", &access, &refresh);
	given_service(w, "shop");
	revoke(w, "no-token-of-ours");
	revoke(w, refresh);
	introspect(w, refresh);
	then_field(w, "/active", "false");
	as(w, NULL);
	call(w, POST, "/v1/auth/refresh", arena_format(w->arena, "{\"refresh_token\":\"%s\"}", refresh));
	then_problem(w, 401, "unauthenticated");
}

static void
only_services_ask(void **state)
{
	struct world *w = *state;
	const char *access, *refresh;

	signed_in(w, "ada", &access, &refresh);
	call_form(w, "/v1/auth/introspect", "token=x");
	then_problem(w, 401, "unauthenticated");
	as_token(w, access);
	call_form(w, "/v1/auth/introspect", "token=x");
	then_problem(w, 403, "forbidden");
	call_form(w, "/v1/auth/revoke", arena_format(w->arena, "token=%s", access));
	then_problem(w, 403, "forbidden");
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
}

static void
a_form_is_read_as_its_standard_has_it(void **state)
{
	struct world *w = *state;

	given_service(w, "shop");
	call(w, POST, "/v1/auth/introspect", "{\"token\":\"x\"}");
	then_problem(w, 415, "unsupported-media-type");
	call_form(w, "/v1/auth/introspect", "token_type_hint=access_token");
	then_problem(w, 422, "invalid");
	then_error(w, "/token");
	call_form(w, "/v1/auth/introspect", "token=");
	then_problem(w, 422, "invalid");
	call_form(w, "/v1/auth/introspect", "token=a&token=b");
	then_problem(w, 422, "invalid");
	call_form(w, "/v1/auth/introspect", "token=a%zz");
	then_problem(w, 400, "bad-request");
	call_form(w, "/v1/auth/introspect", "client_id=1&token=a%2Bb&client_id=2&token_type_hint=");
	then_status(w, 200);
	call_with(w, POST, "/v1/auth/introspect", "token=a",
	    "Content-Type: application/x-www-form-urlencoded; charset=utf-8");
	then_status(w, 200);
}

static const struct CMUnitTest introspect_tests[] = {
	auth_test(a_living_token_is_active),
	auth_test(what_cannot_be_read_is_not_active),
	auth_test(an_ended_session_is_not_active),
	auth_test(keys_are_told_about_too),
	auth_test(a_token_taken_back_opens_nothing),
	auth_test(a_refresh_token_is_looked_at_and_not_used),
	auth_test(a_refresh_token_taken_back_gives_no_more),
	auth_test(only_services_ask),
	auth_test(a_form_is_read_as_its_standard_has_it),
};

int
main(void)
{
	return run_world(introspect_tests);
}
