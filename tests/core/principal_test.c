/* principal_test.c -- who asks: the header, the caches, and rights that change under way. */
#include "tests/core/trust_kit.h"

#include <string.h>

#include "core/trust/principal.h"
#include "core/trust/token.h"
#include "core/web/problem.h"
#include "core/web/route.h"

static struct kit_session session;
static struct uuid itself, account;
static struct route route;
static struct header headers[1];

static int
begin(void **state)
{
	static uint8_t number;

	kit_begin(state);
	EVP_PKEY_free(kit_add_key(kit->now / SECOND - 86400, 0));
	kit_pass(200);
	number++;
	itself = (struct uuid){ { 1, number } };
	account = (struct uuid){ { 2, number } };
	session = (struct kit_session){ .id = { { 3, number } },
		.party = itself,
		.alive = true,
		.authz_ver = 1,
		.kind = "user",
		.tier = "standard",
		.parties = { &itself, 1 } };
	kit->session = &session;
	route = (struct route){ .method = GET, .path = "/v1/things", .who = USER, .limit = LIMIT_READ };
	kit->req.route = &route;
	return 0;
}

static const char *
token(void)
{
	struct token given = { .subject = session.party,
		.session = session.id,
		.authz_ver = session.authz_ver,
		.issued.micros = kit->now,
		.expires.micros = kit->now + 600 * SECOND };
	const char *text;

	assert_null(token_sign(&kit->req, &given, &text));
	return text;
}

static void
send(const char *authorization)
{
	headers[0] = (struct header){ "authorization", authorization };
	kit->req.headers = headers;
	kit->req.header_count = authorization != NULL ? 1 : 0;
}

/* As dispatch does it, without a handler. */
static const struct problem *
request_as(const char *text)
{
	const struct problem *p;

	send(text != NULL ? arena_format(kit->req.arena, "Bearer %s", text) : NULL);
	if ((p = principal_recognise(&kit->req)) != NULL)
		return p;
	do {
		if ((p = principal_load(&kit->req)) != NULL || (p = principal_admit(&kit->req)) != NULL)
			return p;
		principal_check_later(&kit->req);
		p = kit->req.principal != NULL ? kit_flush() : NULL;
	} while (p != NULL && p->id == PROBLEM_AGAIN);
	return p;
}

static void
is_refused(const struct problem *p, enum problem_id id)
{
	assert_non_null(p);
	assert_int_equal(p->id, id);
}

static void
nobody_is_nobody(void **state)
{
	(void)state;
	route.who = ANYONE;
	assert_null(request_as(NULL));
	assert_null(kit->req.principal);
	assert_int_equal(kit->req.parties.count, 0);
	route.who = USER;
	is_refused(request_as(NULL), PROBLEM_UNAUTHENTICATED);
}

static void
only_one_bearer_token_is_read(void **state)
{
	const char *good = token();
	struct arena *a = kit->req.arena;

	(void)state;
	send(arena_format(a, "bEARER %s", good));
	assert_null(principal_recognise(&kit->req));
	assert_non_null(kit->req.principal);
	const char *const bad[] = {
		"",
		"Bearer",
		"Bearer ",
		"Basic YTpi",
		good,
		arena_format(a, "Bearer  %s", good),
		arena_format(a, "Bearer\t%s", good),
		arena_format(a, "Bearer %s %s", good, good),
		arena_format(a, "Bearer %s,%s", good, good),
		arena_format(a, "Bearer %s ", good),
		arena_format(a, "Token %s", good),
		arena_format(a, "Bearer \"%s\"", good),
		"Bearer stoa_0123456789abcdef",
		arena_format(a, "Bearer\xc2\xa0%s", good),
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		send(bad[i]);
		is_refused(principal_recognise(&kit->req), PROBLEM_UNAUTHENTICATED);
		assert_null(kit->req.principal);
	}
}

static void
a_warm_worker_asks_for_the_session_and_nothing_else(void **state)
{
	const char *text = arena_text(arena_new(), token());
	unsigned reads;

	(void)state;
	assert_null(request_as(text));
	assert_int_equal(kit->right_loads, 1);
	reads = kit->key_reads;
	for (unsigned i = 0; i < 100; i++) {
		kit_next_request();
		assert_null(request_as(text));
		assert_int_equal(kit->req.parties.count, 1);
		assert_true(uuid_equal(kit->req.parties.items[0], itself));
		assert_string_equal(kit->req.principal->tier, "standard");
	}
	assert_int_equal(kit->right_loads, 1);
	assert_int_equal(kit->looks, 101);
	assert_int_equal(kit->key_reads, reads);
}

static void
changed_rights_count_for_the_very_next_request(void **state)
{
	static const char *const permissions[] = { "pool.read", "user.read" };
	const char *text = arena_text(arena_new(), token());
	const struct uuid both[] = { itself, account };

	(void)state;
	assert_null(request_as(text));
	assert_false(principal_may(kit->req.principal, "user.read"));
	session.permissions = (struct texts){ permissions, 2 };
	session.parties = (struct uuids){ both, 2 };
	session.tier = "vip";
	session.authz_ver++;
	kit_next_request();
	assert_null(request_as(text));
	assert_int_equal(kit->right_loads, 2);
	assert_true(principal_may(kit->req.principal, "user.read"));
	assert_false(principal_may(kit->req.principal, "user"));
	assert_int_equal(kit->req.parties.count, 2);
	assert_true(uuids_contain(kit->req.parties, account));
	assert_string_equal(kit->req.principal->tier, "vip");
	session.permissions.count = 0;
	session.authz_ver++;
	route = (struct route){ .who = OPERATOR, .permission = "user.read" };
	kit_next_request();
	/* The cache still says yes; the row that travels with the statement says that it is old. */
	is_refused(request_as(text), PROBLEM_FORBIDDEN);
	assert_int_equal(kit->right_loads, 3);
}

static void
all_but_one_is_not_that_one(void **state)
{
	static const char *const most[] = { "!user.write", "*", "pool.read" }, *const none[] = { "!user.read" };
	struct principal principal = { .permissions = { most, 3 } };

	(void)state;
	assert_true(principal_may(&principal, "user.read"));
	assert_true(principal_may(&principal, "pool.read"));
	assert_false(principal_may(&principal, "user.write"));
	principal.permissions = (struct texts){ most + 1, 1 };
	assert_true(principal_may(&principal, "user.write"));
	principal.permissions = (struct texts){ none, 1 };
	assert_false(principal_may(&principal, "user.read"));
	assert_false(principal_may(&principal, "user.write"));
	assert_false(principal_may(&principal, NULL));
	assert_false(principal_may(NULL, "user.read"));
}

static void
an_ended_session_is_refused_at_once(void **state)
{
	const char *text = arena_text(arena_new(), token());

	(void)state;
	assert_null(request_as(text));
	session.alive = false;
	kit_next_request();
	is_refused(request_as(text), PROBLEM_UNAUTHENTICATED);
	kit_next_request();
	is_refused(request_as(text), PROBLEM_UNAUTHENTICATED);
	assert_int_equal(kit->req.parties.count, 0);
	kit->session = NULL;
	kit_next_request();
	is_refused(request_as(text), PROBLEM_UNAUTHENTICATED);
}

static void
a_token_for_somebody_elses_session_is_refused(void **state)
{
	const char *text = token();

	(void)state;
	session.party = account;
	is_refused(request_as(text), PROBLEM_UNAUTHENTICATED);
}

static void
a_token_newer_than_the_cache_loads_at_once(void **state)
{
	(void)state;
	assert_null(request_as(token()));
	session.authz_ver = 5;
	kit_next_request();
	kit->looks = 0;
	assert_null(request_as(token()));
	assert_int_equal(kit->right_loads, 2);
	assert_int_equal(kit->looks, 1);
}

static void
an_operators_route_wants_its_permission(void **state)
{
	static const char *const permissions[] = { "pool.read" };

	(void)state;
	route = (struct route){ .who = OPERATOR, .permission = "pool.read" };
	is_refused(request_as(token()), PROBLEM_FORBIDDEN);
	session.permissions = (struct texts){ permissions, 1 };
	session.authz_ver++;
	kit_next_request();
	assert_null(request_as(token()));
	/* A row that forgot its permission, or who may, lets nobody in. */
	route = (struct route){ .who = OPERATOR };
	kit_next_request();
	is_refused(request_as(token()), PROBLEM_FORBIDDEN);
	route = (struct route){ .who = WHO_UNSET };
	kit_next_request();
	is_refused(request_as(token()), PROBLEM_FORBIDDEN);
}

static void
local_means_the_networks_that_are_allowed(void **state)
{
	static const char *const networks[] = { "127.0.0.0/8", "::1" };
	static const char *const inside[] = { "127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1" };
	static const char *const outside[] = { "128.0.0.1", "10.0.0.1", "::2", "fe80::1", "unix:", "", "localhost" };

	(void)state;
	kit->config.global.metrics_allow = (struct texts){ networks, 2 };
	route = (struct route){ .who = LOCAL };
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		kit->req.address = inside[i];
		assert_null(principal_admit(&kit->req));
	}
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		kit->req.address = outside[i];
		is_refused(principal_admit(&kit->req), PROBLEM_FORBIDDEN);
	}
}

static void
ten_thousand_sessions_fit_and_more_do_not_harm(void **state)
{
	unsigned loads;

	(void)state;
	for (uint32_t i = 0; i < 40000; i++) {
		memcpy(session.id.bytes + 12, &i, sizeof(i));
		kit_next_request();
		assert_null(request_as(token()));
	}
	loads = kit->right_loads;
	assert_int_equal(loads, 40000);
	kit_next_request();
	assert_null(request_as(token()));
	assert_int_equal(kit->right_loads, loads);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(nobody_is_nobody),
		TEST(only_one_bearer_token_is_read),
		TEST(a_warm_worker_asks_for_the_session_and_nothing_else),
		TEST(changed_rights_count_for_the_very_next_request),
		TEST(all_but_one_is_not_that_one),
		TEST(an_ended_session_is_refused_at_once),
		TEST(a_token_for_somebody_elses_session_is_refused),
		TEST(a_token_newer_than_the_cache_loads_at_once),
		TEST(an_operators_route_wants_its_permission),
		TEST(local_means_the_networks_that_are_allowed),
		TEST(ten_thousand_sessions_fit_and_more_do_not_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
