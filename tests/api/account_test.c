/* account_test.c -- customer companies: opened, found, changed, suspended, closed; and who sees them. */
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/account_kit.h"

static void
an_account_is_opened_and_read(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	call(w, POST, "/v1/accounts", "{\"name\":\"Acme Ltd\",\"reference\":\"C-1042\"}");
	then_status(w, 201);
	then_header(w, "etag", "\"1\"");
	name_it(w, "acme");
	then_header(w, "location", text(w, "/v1/accounts/%s", id_of(w, "acme")));
	then_field(w, "/tier", "standard");
	then_field(w, "/status", "active");
	then_told(w, "account.created", "acme", 1);
	then_told(w, "account.vip.created", "acme", 0);
	call(w, GET, "/v1/accounts/acme", NULL);
	then_status(w, 200);
	then_header(w, "etag", "\"1\"");
	then_field(w, "/reference", "C-1042");
	assert_string_equal(
	    given_sql(w, text(w, "SELECT kind FROM party.party WHERE id = '%s'", id_of(w, "acme"))), "account");
}

static void
who_holds_nothing_opens_nothing(void **state)
{
	struct world *w = *state;

	given_user(w, "mallory");
	as(w, "mallory");
	call(w, POST, "/v1/accounts", "{\"name\":\"Acme Ltd\"}");
	then_problem(w, 403, "forbidden");
	as(w, NULL);
	call(w, POST, "/v1/accounts", "{\"name\":\"Acme Ltd\"}");
	then_problem(w, 401, "unauthenticated");
}

static void
reading_does_not_let_one_change(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_operator(w, "reader", "account.read");
	as(w, "reader");
	call(w, GET, "/v1/accounts/acme", NULL);
	then_status(w, 200);
	call_with(w, PATCH, "/v1/accounts/acme", "{\"name\":\"Mine\"}", "If-Match: \"1\"");
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/accounts/acme/suspend", "{\"reason\":\"no\"}");
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/accounts/acme/agents", "{\"email\":\"a@example.com\",\"name\":\"A\"}");
	then_problem(w, 403, "forbidden");
}

static void
an_edit_stands_on_the_version_that_was_read(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	call(w, PATCH, "/v1/accounts/acme", "{\"name\":\"Acme SE\"}");
	then_problem(w, 428, "precondition-required");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"name\":\"Acme SE\"}", "If-Match: \"1\"");
	then_status(w, 200);
	then_header(w, "etag", "\"2\"");
	then_field(w, "/name", "Acme SE");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"name\":\"Acme AG\"}", "If-Match: \"1\"");
	then_problem(w, 412, "precondition-failed");
	then_told(w, "account.changed", "acme", 1);
}

static void
absent_stays_and_null_takes_away(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	call(w, POST, "/v1/accounts", "{\"name\":\"Acme\",\"reference\":\"C-1\"}");
	name_it(w, "acme");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"name\":\"Acme SE\"}", "If-Match: \"1\"");
	then_field(w, "/reference", "C-1");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"reference\":null}", "If-Match: \"2\"");
	then_status(w, 200);
	then_no_field(w, "/reference");
	then_field(w, "/name", "Acme SE");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"name\":null}", "If-Match: \"3\"");
	then_problem(w, 422, "invalid");
	then_error(w, "/name");
}

static void
a_vip_comes_and_goes_by_events_of_its_own(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "vip");
	then_told(w, "account.vip.created", "acme", 1);
	call_with(w, PATCH, "/v1/accounts/acme", "{\"tier\":\"standard\"}", "If-Match: \"1\"");
	then_told(w, "account.vip.removed", "acme", 1);
	call_with(w, PATCH, "/v1/accounts/acme", "{\"tier\":\"vip\"}", "If-Match: \"2\"");
	then_told(w, "account.vip.created", "acme", 2);
	call_with(w, PATCH, "/v1/accounts/acme", "{\"name\":\"Acme SE\"}", "If-Match: \"3\"");
	then_told(w, "account.vip.created", "acme", 2);
	call(w, POST, "/v1/accounts/acme/close", "{\"reason\":\"gone\"}");
	then_status(w, 200);
	then_field(w, "/tier", "standard");
	then_told(w, "account.vip.removed", "acme", 2);
	then_told(w, "account.closed", "acme", 1);
}

static void
agents_of_a_vip_have_the_limits_of_one(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	as(w, "ada");
	call(w, GET, "/v1/accounts/acme", NULL);
	then_status(w, 200);
	assert_null(strstr(answer_header(&w->answer, "ratelimit-policy"), "6000"));
	as(w, "clerk");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"tier\":\"vip\"}", "If-Match: \"1\"");
	then_status(w, 200);
	/* The first request still counts against the limit that the worker remembers; each worker has its own memory.
	 */
	as(w, "ada");
	for (int i = 0; i < 50; i++) {
		call(w, GET, "/v1/accounts/acme", NULL);
		then_status(w, 200);
		if (strstr(answer_header(&w->answer, "ratelimit-policy"), "6000") != NULL)
			return;
	}
	fail_msg("after 50 requests the limit is still \"%s\"", answer_header(&w->answer, "ratelimit-policy"));
}

/* Ten by default.  Each sign-in costs a hash, so the first of them are made by hand. */
static void
agents_of_a_vip_have_so_many_sessions_and_no_more(void **state)
{
	static const char lives[] = "SELECT count(*) FROM session.session WHERE party = '%s' AND ended_at IS NULL";
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "vip");
	given_agent(w, "ada", "acme");
	for (int i = 0; i < 8; i++)
		given_session(w, "ada", text(w, "ada-%d", i));
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	assert_string_equal(given_sql(w, text(w, lives, id_of(w, "ada"))), "10");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	assert_string_equal(given_sql(w, text(w, lives, id_of(w, "ada"))), "10");
	/* The oldest had to go, the next had not. */
	as(w, "ada");
	call(w, GET, "/v1/accounts/acme", NULL);
	then_problem(w, 401, "unauthenticated");
	as(w, "ada-0");
	call(w, GET, "/v1/accounts/acme", NULL);
	then_status(w, 200);
	as(w, "clerk");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"tier\":\"standard\"}", "If-Match: \"1\"");
	sign_in(w, "ada", PASSWORD);
	assert_string_equal(given_sql(w, text(w, lives, id_of(w, "ada"))), "11");
}

static void
suspended_agents_cannot_act_from_the_next_request_on(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	as(w, "ada");
	call(w, GET, "/v1/accounts/acme", NULL);
	then_status(w, 200);
	as(w, "clerk");
	call(w, POST, "/v1/accounts/acme/suspend", "{\"reason\":\"unpaid\"}");
	then_status(w, 200);
	then_field(w, "/status", "suspended");
	then_field(w, "/reason", "unpaid");
	as(w, "ada");
	call(w, GET, "/v1/accounts/acme", NULL);
	then_problem(w, 401, "unauthenticated");
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 403, "account-blocked");
	as(w, "clerk");
	call(w, POST, "/v1/accounts/acme/resume", NULL);
	then_status(w, 200);
	then_no_field(w, "/reason");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	then_told(w, "account.suspended", "acme", 1);
	then_told(w, "account.resumed", "acme", 1);
}

static void
a_change_that_cannot_be_names_the_state(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	call(w, POST, "/v1/accounts/acme/resume", NULL);
	then_problem(w, 409, "conflict");
	then_field(w, "/detail", "The account is active.");
	call(w, POST, "/v1/accounts/acme/suspend", "{\"reason\":\"unpaid\"}");
	call(w, POST, "/v1/accounts/acme/suspend", "{\"reason\":\"unpaid\"}");
	then_problem(w, 409, "conflict");
	then_field(w, "/detail", "The account is suspended.");
	call(w, POST, "/v1/accounts/acme/agents", "{\"email\":\"a@example.com\",\"name\":\"A\"}");
	then_problem(w, 409, "conflict");
	then_field(w, "/detail", "The account is suspended.");
	call(w, POST, "/v1/accounts/acme/close", "{\"reason\":\"gone\"}");
	then_status(w, 200);
	call(w, POST, "/v1/accounts/acme/close", "{\"reason\":\"gone\"}");
	then_field(w, "/detail", "The account is closed.");
	call(w, POST, "/v1/accounts/acme/resume", NULL);
	then_field(w, "/detail", "The account is closed.");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"name\":\"B\"}", "If-Match: *");
	then_problem(w, 409, "conflict");
	then_field(w, "/detail", "The account is closed.");
}

static void
a_member_sees_its_own_account_and_no_other(void **state)
{
	struct world *w = *state;
	const char *other, *made_up;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_company(w, "bolt", "standard");
	given_agent(w, "ada", "acme");
	as(w, "ada");
	call(w, GET, "/v1/accounts", NULL);
	then_status(w, 200);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/id", id_of(w, "acme"));
	call(w, GET, "/v1/accounts?q=acme", NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/accounts/acme/agents", NULL);
	then_count(w, "/data", 1);
	call(w, GET, "/v1/accounts/acme/usage", NULL);
	then_count(w, "/data", 0);
	call(w, GET, "/v1/accounts/bolt", NULL);
	then_problem(w, 404, "not-found");
	other = answer_field(&w->answer, "/detail");
	call(w, GET, "/v1/accounts/01890000-0000-7000-8000-00000000dead", NULL);
	then_problem(w, 404, "not-found");
	made_up = answer_field(&w->answer, "/detail");
	assert_string_equal(other, made_up);
	call(w, GET, "/v1/accounts/bolt/agents", NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/accounts/bolt/usage", NULL);
	then_problem(w, 404, "not-found");
}

/* Fresh words, so that what other runs left behind is not found. */
static void
lists_are_filtered(void **state)
{
	struct world *w = *state;
	const char *word;

	given_clerk(w);
	word = text(w, "q%s", id_of(w, "clerk") + 24);
	call(w, POST, "/v1/accounts", text(w, "{\"name\":\"Caf\xc3\x89 %s One\"}", word));
	name_it(w, "one");
	call(w, POST, "/v1/accounts", text(w, "{\"name\":\"Two %s\",\"tier\":\"vip\"}", word));
	name_it(w, "two");
	call(w, POST, "/v1/accounts", text(w, "{\"name\":\"Three 100%% %s\"}", word));
	name_it(w, "three");
	call(w, POST, "/v1/accounts/three/suspend", "{\"reason\":\"unpaid\"}");
	call(w, GET, text(w, "/v1/accounts?q=%s", capitals(w, word)), NULL);
	then_count(w, "/data", 3);
	then_field(w, "/data/0/id", id_of(w, "three"));
	call(w, GET, text(w, "/v1/accounts?q=%s&tier=vip", word), NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/id", id_of(w, "two"));
	call(w, GET, text(w, "/v1/accounts?q=%s&status=suspended", word), NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/id", id_of(w, "three"));
	call(w, GET, text(w, "/v1/accounts?q=caf%%C3%%A9%%20%s", word), NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/id", id_of(w, "one"));
	call(w, GET, text(w, "/v1/accounts?q=100%%25%%20%s", word), NULL);
	then_count(w, "/data", 1);
	call(w, GET, text(w, "/v1/accounts?q=10_%%25%%20%s", word), NULL);
	then_count(w, "/data", 0);
	call(w, POST, "/v1/accounts", text(w, "{\"name\":\"J&K %s\",\"tier\":\"vip\"}", word));
	name_it(w, "four");
	call(w, GET, "/v1/accounts?q=j%26k&limit=1", NULL);
	then_field(w, "/data/0/id", id_of(w, "four"));
	call(w, GET, "/v1/accounts?q=K%20Q&limit=1&tier=vip", NULL);
	then_field(w, "/data/0/id", id_of(w, "four"));
	call(w, GET, "/v1/accounts?tier=vip&limit=2", NULL);
	then_field(w, "/data/0/id", id_of(w, "four"));
	then_field(w, "/data/1/id", id_of(w, "two"));
	call(w, GET, "/v1/accounts?status=suspended&limit=1", NULL);
	then_field(w, "/data/0/id", id_of(w, "three"));
	call(w, GET, "/v1/accounts?limit=4", NULL);
	then_field(w, "/data/0/id", id_of(w, "four"));
	then_field(w, "/data/1/id", id_of(w, "three"));
	then_field(w, "/data/2/id", id_of(w, "two"));
	then_field(w, "/data/3/id", id_of(w, "one"));
}

static void
pages_show_each_account_once(void **state)
{
	struct world *w = *state;
	const char *word, *cursor;

	given_clerk(w);
	word = text(w, "p%s", id_of(w, "clerk") + 24);
	for (int i = 0; i < 5; i++)
		call(w, POST, "/v1/accounts",
		    text(w, "{\"name\":\"%s %d\",\"tier\":\"%s\"}", word, i, i % 2 == 0 ? "vip" : "standard"));
	call(w, GET, text(w, "/v1/accounts?q=%s&limit=2", word), NULL);
	then_field(w, "/data/0/name", text(w, "%s 4", word));
	cursor = answer_field(&w->answer, "/next_cursor");
	assert_non_null(cursor);
	call(w, GET, text(w, "/v1/accounts?q=%s&limit=2&cursor=%s", word, cursor), NULL);
	then_field(w, "/data/0/name", text(w, "%s 2", word));
	then_field(w, "/data/1/name", text(w, "%s 1", word));
	call(w, GET, text(w, "/v1/accounts?q=%s&limit=2&cursor=%s", word, answer_field(&w->answer, "/next_cursor")),
	    NULL);
	then_count(w, "/data", 1);
	then_field(w, "/data/0/name", text(w, "%s 0", word));
	/* Of another search, a cursor is no cursor. */
	call(w, GET, text(w, "/v1/accounts?q=other&limit=2&cursor=%s", cursor), NULL);
	then_problem(w, 400, "bad-cursor");
	/* Over both tiers, in one order. */
	call(w, GET, "/v1/accounts?limit=3", NULL);
	then_field(w, "/data/2/name", text(w, "%s 2", word));
	call(w, GET, text(w, "/v1/accounts?limit=3&cursor=%s", answer_field(&w->answer, "/next_cursor")), NULL);
	then_field(w, "/data/0/name", text(w, "%s 1", word));
	then_field(w, "/data/1/name", text(w, "%s 0", word));
}

static void
what_is_not_an_account_is_refused_by_field(void **state)
{
	static const struct {
		const char *json, *pointer;
	} bad[] = {
		{ "{}", "/name" },
		{ "{\"name\":\"\"}", "/name" },
		{ "{\"name\":7}", "/name" },
		{ "{\"name\":\"A\",\"tier\":\"gold\"}", "/tier" },
		{ "{\"name\":\"A\",\"reference\":\"\"}", "/reference" },
		{ "{\"name\":\"A\",\"owner\":\"me\"}", "/owner" },
	};
	struct world *w = *state;

	given_clerk(w);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		call(w, POST, "/v1/accounts", bad[i].json);
		then_problem(w, 422, "invalid");
		then_error(w, bad[i].pointer);
	}
	call(w, POST, "/v1/accounts", text(w, "{\"name\":\"%0201d\"}", 7));
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/accounts?q=ab", NULL);
	then_error(w, "?q");
	call(w, GET, "/v1/accounts?q=ae%CC%81", NULL); /* three code points, two characters */
	then_error(w, "?q");
	call(w, GET, "/v1/accounts?tier=gold", NULL);
	then_error(w, "?tier");
	call(w, GET, "/v1/accounts/not-an-id", NULL);
	then_problem(w, 404, "not-found");
	call(w, POST, "/v1/accounts/01890000-0000-7000-8000-00000000dead/suspend", "{\"reason\":\"no\"}");
	then_problem(w, 404, "not-found");
	call_with(w, PATCH, "/v1/accounts/01890000-0000-7000-8000-00000000dead", "{\"name\":\"A\"}", "If-Match: \"1\"");
	then_problem(w, 404, "not-found");
}

static void
of_edits_at_the_same_moment_one_counts(void **state)
{
	struct world *w = *state;
	struct post posts[20];
	int done = 0;

	given_clerk(w);
	given_company(w, "acme", "standard");
	for (int i = 0; i < 20; i++)
		posts[i] =
		    (struct post){ text(w, "/v1/accounts/%s/suspend", id_of(w, "acme")), "{\"reason\":\"twice\"}", 0 };
	call_at_once(w, posts, 20);
	for (int i = 0; i < 20; i++) {
		assert_true(posts[i].status == 200 || posts[i].status == 409);
		done += posts[i].status == 200;
	}
	assert_int_equal(done, 1);
	then_told(w, "account.suspended", "acme", 1);
}

/* A service with a key that has those scopes, of which it holds all; it makes the calls from here on. */
static void
given_service_with(struct world *w, const char *name, const char *scopes)
{
	given_service(w, name);
	given_role(w, name, "super_user");
	given_role(w, text(w, "maker of %s", name), "super_user");
	as(w, text(w, "maker of %s", name));
	call(w, POST, text(w, "/v1/services/%s/api-keys", id_of(w, name)),
	    text(w, "{\"name\":\"test\",\"scopes\":[%s]}", scopes));
	then_status(w, 201);
	as_token(w, kept_field(w, "/key"));
}

static void
a_crm_keeps_accounts_with_a_key(void **state)
{
	struct world *w = *state;

	given_service_with(w, "crm", "\"account.read\",\"account.write\",\"agent.write\"");
	call(w, POST, "/v1/accounts", "{\"name\":\"Acme Ltd\"}");
	then_status(w, 201);
	name_it(w, "acme");
	call_with(w, PATCH, "/v1/accounts/acme", "{\"tier\":\"vip\"}", "If-Match: \"1\"");
	then_status(w, 200);
	call(
	    w, POST, "/v1/accounts/acme/agents", text(w, "{\"email\":\"%s\",\"name\":\"Ada\"}", fresh_email(w, "crm")));
	then_status(w, 201);
	name_it(w, "ada");
	call_with(w, PATCH, "/v1/agents/ada", "{\"title\":\"Sales\"}", "If-Match: \"1\"");
	then_status(w, 200);
	call(w, GET, "/v1/accounts/acme/agents", NULL);
	then_count(w, "/data", 1);
	call(w, POST, "/v1/agents/ada/block", "{\"reason\":\"stolen\"}");
	then_problem(w, 403, "forbidden");
	call(w, GET, "/v1/profile", NULL);
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/accounts/acme/close", "{\"reason\":\"gone\"}");
	then_status(w, 200);
	then_told(w, "account.vip.created", "acme", 1);
	then_told(w, "account.vip.removed", "acme", 1);
}

static void
a_billing_system_reads_what_is_to_be_charged_with_a_key(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	given_service_with(w, "billing", "\"account.read\",\"usage.write\"");
	call(w, POST, "/v1/agents/ada-agent/usage",
	    text(w,
		"{\"unit\":\"minutes\",\"quantity\":\"12.5\",\"occurred_at\":\"%s\",\"source\":\"%s\","
		"\"source_id\":\"1\"}",
		in_seconds(w, -60), id_of(w, "acme")));
	then_status(w, 200);
	call(w, GET, "/v1/accounts/acme/usage", NULL);
	then_field(w, "/data/0/charged", "12.5");
	call(w, POST, "/v1/accounts", "{\"name\":\"Mine\"}");
	then_problem(w, 403, "forbidden");
}

static const struct CMUnitTest account_tests[] = {
	auth_test(an_account_is_opened_and_read),
	auth_test(who_holds_nothing_opens_nothing),
	auth_test(reading_does_not_let_one_change),
	auth_test(an_edit_stands_on_the_version_that_was_read),
	auth_test(absent_stays_and_null_takes_away),
	auth_test(a_vip_comes_and_goes_by_events_of_its_own),
	auth_test(agents_of_a_vip_have_the_limits_of_one),
	auth_test(agents_of_a_vip_have_so_many_sessions_and_no_more),
	auth_test(suspended_agents_cannot_act_from_the_next_request_on),
	auth_test(a_change_that_cannot_be_names_the_state),
	auth_test(a_member_sees_its_own_account_and_no_other),
	auth_test(lists_are_filtered),
	auth_test(pages_show_each_account_once),
	auth_test(what_is_not_an_account_is_refused_by_field),
	auth_test(of_edits_at_the_same_moment_one_counts),
	auth_test(a_crm_keeps_accounts_with_a_key),
	auth_test(a_billing_system_reads_what_is_to_be_charged_with_a_key),
};

int
main(void)
{
	return run_world(account_tests);
}
