/* auth_console_test.c -- pages that sign in: the refresh token in a cookie, the origin checked. */
#include <string.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "tests/api/auth_kit.h"

static const char *
ours(struct world *w)
{
	return arena_format(w->arena, "Origin: %s", w->config->global.public_url);
}

static void
sign_in_from(struct world *w, const char *origin)
{
	const char *json =
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email_of(w, "ada"));

	call_with(w, POST, "/v1/auth/console/login", json, origin);
}

/* As a browser would send it back. */
static const char *
cookie(struct world *w)
{
	const char *set = answer_header(&w->answer, "set-cookie");

	assert_non_null(set);
	return arena_format(w->arena, "Cookie: theme=dark; %.*s", (int)strcspn(set, ";"), set);
}

static void
the_refresh_token_is_only_in_a_cookie(void **state)
{
	struct world *w = *state;
	const char *set;

	given_account(w, "ada");
	sign_in_from(w, ours(w));
	then_status(w, 200);
	then_no_field(w, "/refresh_token");
	set = answer_header(&w->answer, "set-cookie");
	assert_non_null(set);
	assert_ptr_equal(strstr(set, "__Host-stoa_refresh="), set);
	assert_non_null(strstr(set, "; Path=/"));
	assert_non_null(strstr(set, "; Secure"));
	assert_non_null(strstr(set, "; HttpOnly"));
	assert_non_null(strstr(set, "; SameSite=Strict"));
	assert_null(strstr(set, "Domain"));
}

static void
the_cookie_gives_new_access_tokens(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	sign_in_from(w, ours(w));
	call_with(w, POST, "/v1/auth/console/refresh", NULL, ours(w), cookie(w));
	then_status(w, 200);
	then_no_field(w, "/refresh_token");
	as_token(w, kept_field(w, "/access_token"));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	then_field(w, "/id", id_of(w, "ada"));
}

static void
other_pages_are_turned_away(void **state)
{
	static const char *const origins[] = { "Origin: https://evil.example", "Origin: null", "Origin: *", "X-None: x" };
	struct world *w = *state;
	const char *mine;

	given_account(w, "ada");
	sign_in_from(w, ours(w));
	mine = cookie(w);
	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		sign_in_from(w, origins[i]);
		then_problem(w, 403, "wrong-origin");
		then_no_header(w, "set-cookie");
		call_with(w, POST, "/v1/auth/console/refresh", NULL, origins[i], mine);
		then_problem(w, 403, "wrong-origin");
		call_with(w, POST, "/v1/auth/console/logout", NULL, origins[i], mine);
		then_problem(w, 403, "wrong-origin");
	}
}

static void
two_cookies_are_none(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	sign_in_from(w, ours(w));
	call_with(w, POST, "/v1/auth/console/refresh", NULL, ours(w),
	    arena_format(w->arena, "%s; __Host-stoa_refresh=x", cookie(w)));
	then_problem(w, 401, "unauthenticated");
	call_with(w, POST, "/v1/auth/console/refresh", NULL, ours(w));
	then_problem(w, 401, "unauthenticated");
}

static void
signing_out_ends_the_session_and_takes_the_cookie(void **state)
{
	struct world *w = *state;
	const char *mine, *set;

	given_account(w, "ada");
	sign_in_from(w, ours(w));
	mine = cookie(w);
	call_with(w, POST, "/v1/auth/console/logout", NULL, ours(w), mine);
	then_status(w, 204);
	set = answer_header(&w->answer, "set-cookie");
	assert_non_null(strstr(set, "__Host-stoa_refresh=; Max-Age=0"));
	call_with(w, POST, "/v1/auth/console/refresh", NULL, ours(w), mine);
	then_problem(w, 401, "unauthenticated");
	call_with(w, POST, "/v1/auth/console/logout", NULL, ours(w), mine);
	then_status(w, 204);
}

static const struct CMUnitTest auth_console_tests[] = {
	auth_test(the_refresh_token_is_only_in_a_cookie),
	auth_test(the_cookie_gives_new_access_tokens),
	auth_test(other_pages_are_turned_away),
	auth_test(two_cookies_are_none),
	auth_test(signing_out_ends_the_session_and_takes_the_cookie),
};

int
main(void)
{
	return run_world(auth_console_tests);
}
