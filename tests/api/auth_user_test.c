/* auth_user_test.c -- what operators see of people and do to them. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"

static void
given_manager(struct world *w)
{
	given_operator(w, "boss", "user.read");
	given_sql(w, "SELECT \"authorization\".role_permit('test-users', ARRAY['user.read', 'user.write', 'user.block'])");
	given_sql(w, arena_format(w->arena, "SELECT \"authorization\".assign(ARRAY['%s'::uuid], 'test-users', NULL)",
	    id_of(w, "boss")));
}

static void
people_without_the_permission_see_nobody(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	call(w, GET, "/v1/users", NULL);
	then_problem(w, 403, "forbidden");
	call(w, GET, "/v1/users/ada", NULL);
	then_problem(w, 403, "forbidden");
	as(w, NULL);
	call(w, GET, "/v1/users", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
a_user_is_found_by_how_its_address_begins(void **state)
{
	struct world *w = *state;
	const char *email;

	given_account(w, "ada");
	given_manager(w);
	email = email_of(w, "ada");
	as(w, "boss");
	call(w, GET, arena_format(w->arena, "/v1/users?search=%.12s", capitals(w, email)), NULL);
	then_status(w, 200);
	then_field(w, "/data/0/email", email);
	then_count(w, "/data", 1);
	call(w, GET, arena_format(w->arena, "/v1/users?search=%.12s&status=blocked", email), NULL);
	then_count(w, "/data", 0);
	call(w, GET, "/v1/users?search=%25", NULL);
	then_count(w, "/data", 0);
}

static void
the_list_is_walked_without_gaps(void **state)
{
	struct world *w = *state;
	const char *first, *cursor;

	given_account(w, "ada");
	given_account(w, "bob");
	given_manager(w);
	as(w, "boss");
	call(w, GET, "/v1/users?limit=1", NULL);
	then_field(w, "/data/0/id", id_of(w, "bob"));
	first = kept_field(w, "/next_cursor");
	call(w, GET, arena_format(w->arena, "/v1/users?limit=1&cursor=%s", first), NULL);
	then_field(w, "/data/0/id", id_of(w, "ada"));
	cursor = kept_field(w, "/next_cursor");
	assert_string_not_equal(cursor, first);
	call(w, GET, arena_format(w->arena, "/v1/users?limit=1&status=active&cursor=%s", first), NULL);
	then_problem(w, 400, "bad-cursor");
}

static void
an_edit_stands_on_a_version(void **state)
{
	struct world *w = *state;
	const char *tag;

	given_account(w, "ada");
	given_manager(w);
	as(w, "boss");
	call(w, GET, "/v1/users/ada", NULL);
	then_status(w, 200);
	tag = arena_text(w->arena, answer_header(&w->answer, "etag"));
	call(w, PATCH, "/v1/users/ada", "{\"name\":\"Ada\"}");
	then_problem(w, 428, "precondition-required");
	call_with(w, PATCH, "/v1/users/ada", "{\"name\":\"Ada\",\"region\":\"GB\"}",
	    arena_format(w->arena, "If-Match: %s", tag));
	then_status(w, 200);
	then_field(w, "/name", "Ada");
	call_with(w, PATCH, "/v1/users/ada", "{\"name\":\"Eve\"}", arena_format(w->arena, "If-Match: %s", tag));
	then_problem(w, 412, "precondition-failed");
	tag = arena_text(w->arena, "If-Match: \"2\"");
	call_with(w, PATCH, "/v1/users/ada", "{\"region\":null}", tag);
	then_status(w, 200);
	then_no_field(w, "/region");
	then_field(w, "/name", "Ada");
}

static void
a_blocked_user_is_out_at_the_next_request(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_manager(w);
	as(w, "ada");
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
	as(w, "boss");
	call(w, POST, "/v1/users/ada/block", "{\"reason\":\"tried to\"}");
	then_status(w, 200);
	then_field(w, "/status", "blocked");
	as(w, "ada");
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
	as(w, NULL);
	sign_in(w, "ada", "not the password");
	then_problem(w, 401, "wrong-credentials");
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 403, "account-blocked");
	as(w, "boss");
	call(w, POST, "/v1/users/ada/unblock", NULL);
	then_field(w, "/status", "active");
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
}

static void
a_user_is_blocked_while_any_source_says_so(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_manager(w);
	given_sql(w, arena_format(w->arena, "SELECT auth.block(ARRAY['%s'::uuid], 'account:1', NULL)", id_of(w, "ada")));
	as(w, "boss");
	call(w, POST, "/v1/users/ada/block", "{}");
	call(w, POST, "/v1/users/ada/unblock", NULL);
	then_field(w, "/status", "blocked");
	given_sql(w, arena_format(w->arena, "SELECT auth.unblock(ARRAY['%s'::uuid], 'account:1')", id_of(w, "ada")));
	call(w, GET, "/v1/users/ada", NULL);
	then_field(w, "/status", "active");
}

static void
who_may_more_cannot_be_changed_by_who_may_less(void **state)
{
	struct world *w = *state;

	given_account(w, "root");
	given_sql(w, arena_format(w->arena, "SELECT \"authorization\".assign(ARRAY['%s'::uuid], 'super_user', NULL)",
	    id_of(w, "root")));
	given_manager(w);
	as(w, "boss");
	call(w, PUT, "/v1/users/root/email", arena_format(w->arena, "{\"email\":\"%s\"}", fresh_email(w, "boss")));
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/users/root/block", "{}");
	then_problem(w, 403, "forbidden");
	call(w, DELETE, "/v1/users/root", NULL);
	then_problem(w, 403, "forbidden");
	given_sql(w, arena_format(w->arena, "DELETE FROM \"authorization\".assignment WHERE party = '%s'", id_of(w, "root")));
}

static void
nobody_blocks_or_deletes_oneself(void **state)
{
	struct world *w = *state;

	given_manager(w);
	as(w, "boss");
	call(w, POST, "/v1/users/boss/block", "{}");
	then_problem(w, 409, "conflict");
	call(w, DELETE, "/v1/users/boss", NULL);
	then_problem(w, 409, "conflict");
}

static void
another_address_is_proved_anew(void **state)
{
	struct world *w = *state;
	const char *old, *new;

	given_account(w, "ada");
	given_account(w, "bob");
	given_manager(w);
	old = email_of(w, "ada");
	new = fresh_email(w, "countess");
	as(w, "boss");
	call(w, PUT, "/v1/users/ada/email", arena_format(w->arena, "{\"email\":\"%s\"}", email_of(w, "bob")));
	then_problem(w, 409, "email-taken");
	call(w, PUT, "/v1/users/ada/email", arena_format(w->arena, "{\"email\":\"%s\"}", new));
	then_status(w, 200);
	then_field(w, "/email", new);
	then_field(w, "/status", "unverified");
	mail_to(w, old, "auth.email-changed");
	as(w, NULL);
	call(w, POST, "/v1/auth/verify",
	    arena_format(w->arena, "{\"token\":\"%s\"}", link_of(w, new, "auth.verify-email")));
	then_status(w, 200);
	as(w, "boss");
	call(w, GET, "/v1/users/ada", NULL);
	then_field(w, "/status", "active");
}

static void
an_operator_can_say_that_an_address_is_proved(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_sql(w, arena_format(w->arena, "UPDATE auth.user SET verified_at = NULL WHERE id = '%s'", id_of(w, "ada")));
	given_manager(w);
	as(w, "boss");
	call(w, POST, "/v1/users/ada/verify", NULL);
	then_status(w, 200);
	then_field(w, "/status", "active");
}

static void
of_a_deleted_user_only_the_id_is_left(void **state)
{
	struct world *w = *state;
	const char *email;

	given_account(w, "ada");
	given_manager(w);
	email = email_of(w, "ada");
	as(w, "boss");
	call(w, DELETE, "/v1/users/ada", NULL);
	then_status(w, 204);
	call(w, GET, "/v1/users/ada", NULL);
	then_field(w, "/status", "deleted");
	then_no_field(w, "/email");
	call(w, DELETE, "/v1/users/ada", NULL);
	then_problem(w, 404, "not-found");
	as(w, "ada");
	call(w, GET, "/v1/auth/me", NULL);
	then_problem(w, 401, "unauthenticated");
	as(w, NULL);
	call(w, POST, "/v1/auth/signup", arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email));
	then_status(w, 201);
}

/* Rows that speak of a person beyond the audit and the ledger. */
static const char *
traces_of(struct world *w, const char *id)
{
	return given_sql(w,
	    arena_format(w->arena,
		"SELECT (SELECT count(*) FROM account.profile WHERE party = v.id)"
		" + (SELECT count(*) FROM session.login WHERE party = v.id)"
		" + (SELECT count(*) FROM session.login_count WHERE party = v.id)"
		" + (SELECT count(*) FROM session.device WHERE party = v.id)"
		" + (SELECT count(*) FROM session.session WHERE party = v.id AND coalesce(device, host(address)) IS NOT NULL)"
		" + (SELECT count(*) FROM auth.api_key WHERE party = v.id AND ended_at IS NULL)"
		" FROM (VALUES ('%s'::uuid)) v (id)",
		id));
}

static void
what_was_known_of_a_deleted_user_is_forgotten(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_manager(w);
	as(w, NULL);
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	as_token(w, kept_field(w, "/access_token"));
	call_with(w, PATCH, "/v1/profile", "{\"phone\":\"+442079460000\"}", "If-Match: *");
	then_status(w, 200);
	call(w, POST, "/v1/api-keys", "{\"name\":\"report\"}");
	then_status(w, 201);
	assert_true(strtol(traces_of(w, id_of(w, "ada")), NULL, 10) >= 6); /* one of each at least */
	as(w, "boss");
	call(w, DELETE, "/v1/users/ada", NULL);
	then_status(w, 204);
	assert_string_equal(traces_of(w, id_of(w, "ada")), "0");
	call(w, GET, "/v1/users/ada", NULL);
	then_field(w, "/status", "deleted");
}

static void
who_has_money_is_not_deleted(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_manager(w);
	given_sql(w, "SELECT \"authorization\".role_permit('test-users', ARRAY['wallet.deposit'])");
	as(w, "ada");
	call(w, POST, "/v1/wallets", "{\"currency\":\"USD\"}");
	then_status(w, 201);
	name_it(w, "purse");
	as(w, "boss");
	call_with(w, POST, "/v1/deposits",
	    arena_format(w->arena,
		"{\"wallet\":\"%s\",\"amount\":\"5.00\",\"currency\":\"USD\",\"reference\":\"%s\"}", id_of(w, "purse"),
		id_of(w, "purse")),
	    "Prefer: wait=5");
	then_status(w, 200);
	call(w, DELETE, "/v1/users/ada", NULL);
	then_problem(w, 409, "conflict");
	call(w, GET, "/v1/users/ada", NULL);
	then_field(w, "/status", "active");
	as(w, "ada");
	call(w, GET, "/v1/auth/me", NULL);
	then_status(w, 200);
}

static void
nobody_of_that_id_is_not_found(void **state)
{
	static const struct {
		enum method method;
		const char *path, *body, *header;
	} doors[] = {
		{ GET, "", NULL, NULL }, { PATCH, "", "{\"name\":\"x\"}", "If-Match: \"1\"" }, { DELETE, "", NULL, NULL },
		{ POST, "/block", "{}", NULL }, { POST, "/unblock", NULL, NULL }, { POST, "/verify", NULL, NULL },
		{ PUT, "/email", "{\"email\":\"x@example.com\"}", NULL },
	};
	struct world *w = *state;

	given_manager(w);
	as(w, "boss");
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		call_with(w, doors[i].method,
		    arena_format(w->arena, "/v1/users/0190b5a0-0000-7000-8000-000000000000%s", doors[i].path), doors[i].body,
		    doors[i].header);
		then_problem(w, 404, "not-found");
	}
}

static void
users_are_counted(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_manager(w);
	as(w, "boss");
	call(w, GET, "/v1/users/stats", NULL);
	then_status(w, 200);
	then_field(w, "/total", given_sql(w, "SELECT count(*) FROM auth.user WHERE deleted_at IS NULL"));
	then_field(w, "/blocked", given_sql(w, "SELECT count(*) FROM auth.user WHERE status = 'blocked'"));
}

static const struct CMUnitTest auth_user_tests[] = {
	auth_test(people_without_the_permission_see_nobody),
	auth_test(a_user_is_found_by_how_its_address_begins),
	auth_test(the_list_is_walked_without_gaps),
	auth_test(an_edit_stands_on_a_version),
	auth_test(a_blocked_user_is_out_at_the_next_request),
	auth_test(a_user_is_blocked_while_any_source_says_so),
	auth_test(who_may_more_cannot_be_changed_by_who_may_less),
	auth_test(nobody_blocks_or_deletes_oneself),
	auth_test(another_address_is_proved_anew),
	auth_test(an_operator_can_say_that_an_address_is_proved),
	auth_test(of_a_deleted_user_only_the_id_is_left),
	auth_test(what_was_known_of_a_deleted_user_is_forgotten),
	auth_test(who_has_money_is_not_deleted),
	auth_test(nobody_of_that_id_is_not_found),
	auth_test(users_are_counted),
};

int
main(void)
{
	return run_world(auth_user_tests);
}
