/*
 * oauth_test.c -- signing in by a provider's word: by npm's oidc-provider as by a browser, and by a provider of our own
 * that lies in some fifty ways (node/rogue.js).  What is not believed leaves no row.
 */
#include <json-c/json.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "tests/api/auth_kit.h"
#include "tests/api/provider_kit.h"

#define LEAST 20 /* lies */

static pid_t servers[2];

static const char *
issuer_of(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->config->provider_count; i++)
		if (strcmp(w->config->providers[i].name, name) == 0)
			return w->config->providers[i].issuer;
	return NULL;
}

/* `scripts/stoa test` has fetched them, if npm's registry can be reached. */
static bool
has_packages(void)
{
	return access("tests/api/node_modules.tmp/node_modules/oidc-provider", F_OK) == 0;
}

static int
open_providers(void **state)
{
	static const char *const names[] = { "rogue", "honest" };
	struct world *w;

	if (kit_open(state) != 0)
		return -1;
	w = *state;
	if (w == NULL || issuer_of(w, "rogue") == NULL)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		if (strcmp(names[i], "honest") == 0 && !has_packages())
			continue;
		servers[i] = provider_serve(arena_format(w->arena, "%s.js", names[i]), issuer_of(w, names[i]), w->base);
		if (servers[i] == 0)
			return -1;
	}
	return 0;
}

static void
close_providers(void)
{
	for (size_t i = 0; i < 2; i++) {
		if (servers[i] <= 0)
			continue;
		kill(servers[i], SIGTERM);
		waitpid(servers[i], NULL, 0);
	}
}

/* An environment that was made before these providers were listed has none of them. */
static int
begin(void **state)
{
	int status = auth_begin(state);

	if (status == 0 && servers[0] == 0)
		print_message(
		    "[provider.rogue] and [provider.honest] are not in stoa.conf: make the environment anew\n");
	return servers[0] == 0 ? -1 : status;
}

/* The code that the application is sent back with. */
static const char *
code_given(struct world *w)
{
	const char *location = answer_header(&w->answer, "location");

	then_status(w, 303);
	assert_int_equal(strncmp(location, THERE "?code=", strlen(THERE "?code=")), 0);
	return arena_text(w->arena, location + strlen(THERE "?code="));
}

static void
exchange(struct world *w, const char *code)
{
	call(w, POST, "/v1/auth/oauth/token", arena_format(w->arena, "{\"code\":\"%s\"}", code));
}

static void
a_new_person_signs_in_by_a_providers_word(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "rogue");
	const char *first, *id;

	come_back(w, &visit, "good");
	then_header(w, "Cache-Control", "no-store");
	exchange(w, code_given(w));
	then_status(w, 200);
	as_token(w, arena_text(w->arena, answer_field(&w->answer, "/access_token")));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/email", visit.email);
	then_field(w, "/verified", "true");
	first = arena_text(w->arena, answer_field(&w->answer, "/id"));
	/* The same one again, whatever the address is called by now. */
	id = visit.subject;
	visit = begin_visit(w, "rogue");
	visit.subject = id;
	come_back(w, &visit, "good");
	exchange(w, code_given(w));
	as_token(w, arena_text(w->arena, answer_field(&w->answer, "/access_token")));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/id", first);
}

static void
what_a_provider_may_say_in_several_ways_is_understood(void **state)
{
	static const char *const ways[] = { "good_es256", "good_audience_list" };
	struct world *w = *state;

	for (size_t i = 0; i < 2; i++) {
		struct visit visit = begin_visit(w, "rogue");

		come_back(w, &visit, ways[i]);
		exchange(w, code_given(w));
		then_status(w, 200);
	}
}

static void
a_key_that_is_new_is_asked_for(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "rogue");

	come_back(w, &visit, "good");
	code_given(w);
	given_sql(w, "SELECT pg_sleep(3.5)"); /* keys are asked for again every three seconds at most */
	visit = begin_visit(w, "rogue");
	come_back(w, &visit, "good_rotated");
	exchange(w, code_given(w));
	then_status(w, 200);
}

static struct json_object *
variants(struct world *w)
{
	return json_tokener_parse(told_by(w, issuer_of(w, "rogue"), "/variants"));
}

static void
no_lie_leaves_a_row(void **state)
{
	struct world *w = *state;
	struct json_object *list = variants(w);
	size_t lies = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *variant = json_object_get_string(json_object_array_get_idx(list, i));
		struct visit visit;

		if (strncmp(variant, "good", 4) == 0)
			continue;
		lies++;
		visit = begin_visit(w, "rogue");
		come_back(w, &visit, variant);
		if ((w->answer.status != 401 && w->answer.status != 403) || strcmp(rows_of(w, &visit), "0") != 0)
			print_message("%s: %u\n", variant, w->answer.status);
		assert_true(w->answer.status == 401 || w->answer.status == 403);
		assert_string_equal(rows_of(w, &visit), "0");
	}
	json_object_put(list);
	print_message("%zu lies\n", lies);
	assert_true(lies >= LEAST);
}

static void
whoever_did_not_begin_here_does_not_get_in(void **state)
{
	struct world *w = *state;
	struct visit mine = begin_visit(w, "rogue"), other = begin_visit(w, "rogue"), mixed = mine;

	mixed.state = other.state; /* another user's state */
	come_back(w, &mixed, "good");
	then_problem(w, 401, "unauthenticated");
	assert_string_equal(rows_of(w, &mixed), "0");
	mixed = mine;
	mixed.cookie = "X-None: x";
	come_back(w, &mixed, "good");
	then_problem(w, 401, "unauthenticated");
	mixed.cookie = "Cookie: __Host-stoa_oauth=AAAA";
	come_back(w, &mixed, "good");
	then_problem(w, 401, "unauthenticated");
	mixed = mine;
	mixed.nonce = other.nonce; /* somebody else's token */
	come_back(w, &mixed, "good");
	then_problem(w, 401, "unauthenticated");
	assert_string_equal(rows_of(w, &mixed), "0");
}

static void
another_providers_answer_is_refused(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "rogue");

	call_with(w, GET, arena_format(w->arena, "/v1/auth/oauth/honest/callback?state=%s&code=x", visit.state), NULL,
	    visit.cookie);
	then_problem(w, 401, "unauthenticated");
	call_with(w, GET,
	    arena_format(w->arena,
		"/v1/auth/oauth/rogue/callback?state=%s&iss=https%%3A%%2F%%2Fother.example&code=good~%s~%s~%s",
		visit.state, visit.nonce, visit.subject, visit.email),
	    NULL, visit.cookie);
	then_problem(w, 401, "unauthenticated");
	call_with(w, GET,
	    arena_format(w->arena, "/v1/auth/oauth/rogue/callback?state=%s&error=access_denied", visit.state), NULL,
	    visit.cookie);
	then_problem(w, 401, "unauthenticated");
	assert_string_equal(rows_of(w, &visit), "0");
}

static void
people_are_sent_to_listed_addresses_alone(void **state)
{
	struct world *w = *state;

	as(w, NULL);
	call(w, GET, "/v1/auth/oauth/rogue/start?return_to=https%3A%2F%2Fevil.example%2F", NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/auth/oauth/rogue/start?" RETURN_TO "%2F..%2Fother", NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/auth/oauth/nobody/start?" RETURN_TO, NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/auth/oauth/rogue/start?return_to=https%3A%2F%2Fapp.example.com%2F%3Ffrom%3Dthere", NULL);
	then_status(w, 303);
	assert_non_null(strstr(answer_header(&w->answer, "set-cookie"), "__Host-stoa_oauth="));
	assert_non_null(strstr(answer_header(&w->answer, "set-cookie"), "SameSite=Lax"));
	assert_non_null(strstr(answer_header(&w->answer, "location"), "code_challenge_method=S256"));
}

static void
a_code_is_exchanged_once(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "rogue");
	const struct said *said;
	const char *code;

	come_back(w, &visit, "good");
	code = code_given(w);
	said = all_at_once(w, "/v1/auth/oauth/token", arena_format(w->arena, "{\"code\":\"%s\"}", code), 50, 50, NULL);
	assert_int_equal(count_status(said, 50, 200), 1);
	exchange(w, code);
	then_problem(w, 404, "link-invalid");
	visit = begin_visit(w, "rogue");
	come_back(w, &visit, "good");
	code = code_given(w);
	given_sql(w, "UPDATE auth.oauth_code SET expires_at = now() - interval '1 s'");
	exchange(w, code);
	then_problem(w, 404, "link-invalid");
}

static void
an_address_links_where_both_sides_have_proved_it(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "rogue");

	given_account(w, "ada");
	visit.email = email_of(w, "ada");
	as(w, NULL);
	come_back(w, &visit, "email_unverified");
	then_problem(w, 403, "email-unverified");
	visit = begin_visit(w, "rogue");
	visit.email = email_of(w, "ada");
	given_sql(
	    w, arena_format(w->arena, "UPDATE auth.user SET verified_at = NULL WHERE id = '%s'", id_of(w, "ada")));
	come_back(w, &visit, "good");
	then_problem(w, 403, "email-unverified");
	given_sql(
	    w, arena_format(w->arena, "UPDATE auth.user SET verified_at = now() WHERE id = '%s'", id_of(w, "ada")));
	come_back(w, &visit, "good");
	exchange(w, code_given(w));
	then_status(w, 200);
	as_token(w, arena_text(w->arena, answer_field(&w->answer, "/access_token")));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/id", id_of(w, "ada"));
}

static void
who_is_blocked_does_not_get_in(void **state)
{
	struct world *w = *state;
	struct visit visit = begin_visit(w, "rogue");
	const char *code;

	given_account(w, "ada");
	visit.email = email_of(w, "ada");
	as(w, NULL);
	come_back(w, &visit, "good");
	code = code_given(w);
	given_sql(
	    w, arena_format(w->arena, "SELECT auth.block(ARRAY['%s'::uuid], 'operator', 'test')", id_of(w, "ada")));
	exchange(w, code);
	then_problem(w, 403, "account-blocked");
}

static void
a_browser_signs_in_at_a_real_provider(void **state)
{
	struct world *w = *state;
	const char *name = uuid_text(w->arena, uuid_new(&env_system));
	char *said = arena_alloc(w->arena, 2000);
	FILE *pipe;

	if (!has_packages())
		skip();
	pipe = popen(arena_format(w->arena,
			 "cd tests/api/node_modules.tmp && NODE_EXTRA_CA_CERTS='%s' node browser.js"
			 " '%s/v1/auth/oauth/honest/start?%s' '%s'",
			 w->certificate, w->base, RETURN_TO, name),
	    "re");
	assert_non_null(pipe);
	assert_non_null(fgets(said, 2000, pipe));
	assert_int_equal(pclose(pipe), 0);
	said[strcspn(said, "\n")] = '\0';
	assert_int_equal(strncmp(said, THERE "?code=", strlen(THERE "?code=")), 0);
	as(w, NULL);
	exchange(w, said + strlen(THERE "?code="));
	then_status(w, 200);
	as_token(w, arena_text(w->arena, answer_field(&w->answer, "/access_token")));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/email", arena_format(w->arena, "%s@provider.example", name));
	then_field(w, "/name", "Ada");
}

/* An access token of [issuer.rogue]. */
static const char *
token_about(struct world *w, const char *variant, const char *audience, const struct visit *who)
{
	return minted(w, issuer_of(w, "rogue"), variant, audience, who);
}

static void
an_outside_issuers_token_is_a_session_here(void **state)
{
	struct world *w = *state;
	const struct visit ada = stranger(w);
	struct visit other = stranger(w);
	const char *first, *count;

	as_token(w, token_about(w, "good", "stoa-api", &ada));
	for (int i = 0; i < 8; i++) {
		call(w, GET, "/v1/auth/me", NULL);
		then_status(w, 200);
	}
	then_field(w, "/email", ada.email);
	first = arena_text(w->arena, answer_field(&w->answer, "/id"));
	count = arena_format(w->arena, "SELECT count(*) FROM session.session WHERE party = '%s'", first);
	assert_string_equal(given_sql(w, count), "1");
	other.subject = ada.subject;
	as_token(w, token_about(w, "good_es256", "stoa-api", &other));
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/id", first);
	assert_string_equal(given_sql(w, count), "2");
}

static void
blocking_and_signing_out_hold_for_outside_tokens(void **state)
{
	struct world *w = *state;
	const struct visit ada = stranger(w);
	const char *token = token_about(w, "good", "stoa-api", &ada), *id;

	as_token(w, token);
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	id = arena_text(w->arena, answer_field(&w->answer, "/id"));
	call(w, POST, "/v1/auth/logout", "{}");
	then_status(w, 204);
	for (int i = 0; i < 8; i++) {
		call(w, GET, "/v1/auth/me", NULL);
		then_problem(w, 401, "unauthenticated");
	}
	as_token(w, token_about(w, "good", "stoa-api", &ada));
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	given_sql(w, arena_format(w->arena, "SELECT auth.block(ARRAY['%s'::uuid], 'operator', 'test')", id));
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
	as_token(w, token_about(w, "good", "stoa-api", &ada));
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
}

/* What is about nonces and azp is an ID token's matter alone. */
static bool
concerns_access_tokens(const char *variant)
{
	static const char *const others[] = { "aud_list_without_azp", "wrong_azp", "wrong_nonce", "no_nonce",
		"other_typ", "refused", "no_id_token", "id_token_as_list" };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i], variant) == 0)
			return false;
	return strncmp(variant, "good", 4) != 0;
}

static void
no_lie_of_an_outside_issuer_leaves_a_row(void **state)
{
	struct world *w = *state;
	struct json_object *list = variants(w);
	struct visit ada;
	size_t lies = 0;

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *variant = json_object_get_string(json_object_array_get_idx(list, i));

		if (!concerns_access_tokens(variant))
			continue;
		lies++;
		ada = stranger(w);
		as_token(w, token_about(w, variant, "stoa-api", &ada));
		call(w, GET, "/v1/auth/me", NULL);
		if (w->answer.status != 401)
			print_message("%s: %u\n", variant, w->answer.status);
		then_problem(w, 401, "unauthenticated");
		assert_string_equal(rows_of(w, &ada), "0");
	}
	json_object_put(list);
	assert_true(lies >= LEAST);
	ada = stranger(w);
	as_token(w, token_about(w, "good", "stoa", &ada)); /* for another of its applications */
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
	assert_string_equal(rows_of(w, &ada), "0");
}

#define oauth_test(function) cmocka_unit_test_setup_teardown(function, begin, kit_end)
static const struct CMUnitTest oauth_tests[] = {
	oauth_test(a_new_person_signs_in_by_a_providers_word),
	oauth_test(what_a_provider_may_say_in_several_ways_is_understood),
	oauth_test(a_key_that_is_new_is_asked_for),
	oauth_test(no_lie_leaves_a_row),
	oauth_test(whoever_did_not_begin_here_does_not_get_in),
	oauth_test(another_providers_answer_is_refused),
	oauth_test(people_are_sent_to_listed_addresses_alone),
	oauth_test(a_code_is_exchanged_once),
	oauth_test(an_address_links_where_both_sides_have_proved_it),
	oauth_test(who_is_blocked_does_not_get_in),
	oauth_test(a_browser_signs_in_at_a_real_provider),
	oauth_test(an_outside_issuers_token_is_a_session_here),
	oauth_test(blocking_and_signing_out_hold_for_outside_tokens),
	oauth_test(no_lie_of_an_outside_issuer_leaves_a_row),
};

int
main(void)
{
	int status = kit_run(oauth_tests, sizeof(oauth_tests) / sizeof(oauth_tests[0]), "oauth_tests", open_providers);

	close_providers();
	return status;
}
