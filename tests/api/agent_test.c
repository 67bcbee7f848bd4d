/* agent_test.c -- the people who work for an account: invited, found, blocked, let in again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "tests/api/account_kit.h"

#define TWINS 50

static const char *
new_agent(struct world *w, const char *email)
{
	return text(w, "{\"email\":\"%s\",\"name\":\"Ada\"}", email);
}

static void
a_new_address_makes_a_user_who_is_invited(void **state)
{
	struct world *w = *state;
	const char *email, *user;

	given_clerk(w);
	given_company(w, "acme", "standard");
	email = fresh_email(w, "new");
	call(w, POST, "/v1/accounts/acme/agents",
	    text(w, "{\"email\":\"%s\",\"name\":\"Ada\",\"title\":\"Sales\"}", email));
	then_status(w, 201);
	then_header(w, "etag", "\"1\"");
	then_field(w, "/status", "active");
	then_field(w, "/title", "Sales");
	then_field(w, "/account_id", id_of(w, "acme"));
	name_it(w, "ada");
	user = answer_field(&w->answer, "/user_id");
	then_told(w, "agent.added", "ada", 1);
	assert_string_equal(given_sql(w, text(w, "SELECT email FROM auth.user WHERE id = '%s'", user)), email);
	assert_string_equal(
	    given_sql(
		w, text(w, "SELECT count(*) FROM auth.link WHERE party = '%s' AND kind = 'invite' AND used_at IS NULL",
		       user)),
	    "1");
	assert_string_equal(given_sql(w, text(w, "SELECT party.parties_of('%s')::text", user)),
	    text(w, "{%s,%s}", user, id_of(w, "acme")));
}

/* What stands behind "#invite=" in the mail to an address; it is written soon after the answer. */
static const char *
mailed_secret(struct world *w, const char *email)
{
	const char *directory = w->config->global.mail_dir, *command;

	if (directory[0] == '\0')
		directory = text(w, "%s/mail", w->config->global.state_dir);
	command = text(w, "grep -rhF -A20 '%s' '%s' | sed -n 's/.*#invite=//p'", email, directory);
	for (int i = 0; i < 100; i++) {
		char secret[100] = "";
		FILE *mail = popen(command, "re");
		const bool found = mail != NULL && fscanf(mail, "%99s", secret) == 1;

		if (mail != NULL)
			pclose(mail);
		if (found)
			return arena_text(w->arena, secret);
		usleep(50000);
	}
	fail_msg("no invitation was mailed to %s", email);
	return NULL;
}

static void
whoever_has_the_mail_chooses_a_password_and_acts_for_the_account(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "invited");

	given_clerk(w);
	given_company(w, "acme", "standard");
	call(w, POST, "/v1/accounts/acme/agents", new_agent(w, email));
	then_status(w, 201);
	as(w, NULL);
	call(w, POST, "/v1/auth/password/reset",
	    text(w, "{\"token\":\"%s\",\"password\":\"%s\"}", mailed_secret(w, email), PASSWORD));
	then_status(w, 204);
	call(w, POST, "/v1/auth/login", text(w, "{\"email\":\"%s\",\"password\":\"%s\"}", email, PASSWORD));
	then_status(w, 200);
	as_token(w, answer_field(&w->answer, "/access_token"));
	call(w, GET, "/v1/accounts/acme", NULL);
	then_status(w, 200);
}

static void
a_known_address_is_linked(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	call(w, GET, "/v1/agents/ada-agent", NULL);
	then_field(w, "/user_id", id_of(w, "ada"));
	as(w, "ada");
	call(w, GET, "/v1/agents/ada-agent", NULL);
	then_status(w, 200);
	call(w, GET, "/v1/accounts/acme", NULL);
	then_status(w, 200);
}

static void
an_address_has_one_agent_in_whichever_account(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "twice");

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_company(w, "bolt", "standard");
	call(w, POST, "/v1/accounts/acme/agents", new_agent(w, email));
	then_status(w, 201);
	call(w, POST, "/v1/accounts/bolt/agents", new_agent(w, capitals(w, email)));
	then_problem(w, 409, "email-taken");
	then_error(w, "/email");
	call(w, GET, "/v1/accounts/bolt/agents", NULL);
	then_count(w, "/data", 0);
}

static void
of_twins_one_becomes_the_agent(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "twin");
	struct post posts[TWINS];
	int made = 0;

	given_clerk(w);
	given_company(w, "acme", "standard");
	for (int i = 0; i < TWINS; i++)
		posts[i] = (struct post){ text(w, "/v1/accounts/%s/agents", id_of(w, "acme")),
			new_agent(w, i % 2 == 0 ? email : capitals(w, email)), 0 };
	call_at_once(w, posts, TWINS);
	for (int i = 0; i < TWINS; i++) {
		if (posts[i].status != 201)
			assert_int_equal(posts[i].status, 409);
		made += posts[i].status == 201;
	}
	assert_int_equal(made, 1);
	call(w, POST, "/v1/accounts/acme/agents", new_agent(w, email));
	then_problem(w, 409, "email-taken");
	then_error(w, "/email");
	call(w, GET, "/v1/accounts/acme/agents", NULL);
	then_count(w, "/data", 1);
	assert_string_equal(
	    given_sql(w, text(w, "SELECT count(*) FROM auth.user WHERE email_canonical = lower('%s')", email)), "1");
}

static void
agents_are_listed_and_changed(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	call(w, POST, "/v1/accounts/acme/agents", new_agent(w, fresh_email(w, "one")));
	name_it(w, "one");
	call(w, POST, "/v1/accounts/acme/agents", new_agent(w, fresh_email(w, "two")));
	name_it(w, "two");
	call(w, GET, "/v1/accounts/acme/agents?limit=1", NULL);
	then_field(w, "/data/0/id", id_of(w, "two"));
	call(w, GET, text(w, "/v1/accounts/acme/agents?limit=1&cursor=%s", answer_field(&w->answer, "/next_cursor")),
	    NULL);
	then_field(w, "/data/0/id", id_of(w, "one"));
	call_with(w, PATCH, "/v1/agents/one", "{\"title\":\"Sales\"}", "If-Match: \"1\"");
	then_status(w, 200);
	then_field(w, "/title", "Sales");
	then_field(w, "/name", "Ada");
	call_with(w, PATCH, "/v1/agents/one", "{\"name\":\"Eve\"}", "If-Match: \"1\"");
	then_problem(w, 412, "precondition-failed");
	call_with(w, PATCH, "/v1/agents/one", "{\"title\":null,\"name\":\"Eve\"}", "If-Match: \"2\"");
	then_no_field(w, "/title");
	then_field(w, "/name", "Eve");
	then_told(w, "agent.changed", "one", 2);
	call_with(w, PATCH, "/v1/agents/one", "{\"email\":\"x@example.com\"}", "If-Match: \"3\"");
	then_error(w, "/email");
}

static void
a_blocked_agent_cannot_act_at_once(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	as(w, "ada");
	call(w, GET, "/v1/profile", NULL);
	then_status(w, 200);
	as(w, "clerk");
	call(w, POST, "/v1/agents/ada-agent/block", "{\"reason\":\"stolen\"}");
	then_status(w, 200);
	then_field(w, "/status", "blocked");
	then_field(w, "/block_reason", "stolen");
	then_no_field(w, "/blocked_until");
	as(w, "ada");
	call(w, GET, "/v1/profile", NULL);
	then_problem(w, 401, "unauthenticated");
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 403, "account-blocked");
	as(w, "clerk");
	call(w, POST, "/v1/agents/ada-agent/block", "{\"reason\":\"again\"}");
	then_problem(w, 409, "conflict");
	then_field(w, "/detail", "The agent is blocked.");
	call(w, POST, "/v1/agents/ada-agent/unblock", NULL);
	then_status(w, 200);
	then_field(w, "/status", "active");
	call(w, POST, "/v1/agents/ada-agent/unblock", NULL);
	then_problem(w, 409, "conflict");
	then_field(w, "/detail", "The agent is active.");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	then_told(w, "agent.blocked", "ada-agent", 1);
	then_told(w, "agent.unblocked", "ada-agent", 1);
}

static void
nobody_blocks_who_may_do_more(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	given_role(w, "ada", "super_user");
	call(w, POST, "/v1/agents/ada-agent/block", "{\"reason\":\"mine now\"}");
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/accounts/acme/suspend", "{\"reason\":\"mine now\"}");
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/accounts/acme/close", "{\"reason\":\"mine now\"}");
	then_problem(w, 403, "forbidden");
	call(w, GET, "/v1/accounts/acme", NULL);
	then_field(w, "/status", "active");
	call(w, GET, "/v1/agents/ada-agent", NULL);
	then_field(w, "/status", "active");
	as(w, "ada");
	call(w, GET, "/v1/profile", NULL);
	then_status(w, 200);
	given_user(w, "root");
	given_role(w, "root", "super_user");
	as(w, "root");
	call(w, POST, "/v1/agents/ada-agent/block", "{\"reason\":\"stolen\"}");
	then_status(w, 200);
}

static void
a_block_ends_exactly_and_its_user_is_let_in_by_a_job(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	call(w, POST, "/v1/agents/ada-agent/block",
	    text(w, "{\"reason\":\"stolen\",\"until\":\"%s\"}", in_seconds(w, 2)));
	then_status(w, 200);
	then_field(w, "/status", "blocked");
	/* Nothing but the clock is asked: the job has not run when the end is moved into the past. */
	given_sql(
	    w, text(w, "UPDATE account.block SET until = clock_timestamp() WHERE agent = '%s'", id_of(w, "ada-agent")));
	call(w, GET, "/v1/agents/ada-agent", NULL);
	then_field(w, "/status", "active");
	then_no_field(w, "/blocked_since");
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 403, "account-blocked");
	for (int i = 0; i < 100 && w->answer.status != 200; i++) {
		usleep(100000);
		given_sql(w, "DELETE FROM auth.attempt");
		sign_in(w, "ada", PASSWORD);
	}
	then_status(w, 200);
	then_told(w, "agent.unblocked", "ada-agent", 1);
}

static void
a_job_does_not_end_what_another_reason_keeps(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	call(w, POST, "/v1/agents/ada-agent/block", "{\"reason\":\"stolen\"}");
	call(w, POST, "/v1/accounts/acme/suspend", "{\"reason\":\"unpaid\"}");
	call(w, POST, "/v1/agents/ada-agent/unblock", NULL);
	then_field(w, "/status", "active");
	sign_in(w, "ada", PASSWORD);
	then_problem(w, 403, "account-blocked");
	call(w, POST, "/v1/accounts/acme/resume", NULL);
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
}

static void
a_block_can_begin_earlier_than_was_thought(void **state)
{
	struct world *w = *state;
	const char *since = in_seconds(w, -86400);

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	call(w, POST, "/v1/agents/ada-agent/block", "{\"reason\":\"stolen\"}");
	then_status(w, 200);
	call(w, POST, "/v1/agents/ada-agent/block", text(w, "{\"reason\":\"long ago\",\"since\":\"%s\"}", since));
	then_status(w, 200);
	then_field(w, "/blocked_since", since);
	call(w, POST, "/v1/agents/ada-agent/block",
	    text(w, "{\"reason\":\"later\",\"since\":\"%s\"}", in_seconds(w, -3600)));
	then_problem(w, 409, "conflict");
}

static void
dates_far_off_are_refused(void **state)
{
	static const struct {
		const char *since, *until, *pointer;
	} bad[] = {
		{ "2099-01-01T00:00:00Z", NULL, "/since" },
		{ "1999-01-01T00:00:00Z", NULL, "/since" },
		{ "0001-01-01T00:00:00Z", NULL, "/since" },
		{ NULL, "2001-01-01T00:00:00Z", "/until" },
		{ NULL, "9999-12-31T23:59:59Z", "/until" },
		{ NULL, "tomorrow", "/until" },
		{ "2026-02-30T00:00:00Z", NULL, "/since" },
	};
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_agent(w, "ada", "acme");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		call(w, POST, "/v1/agents/ada-agent/block",
		    bad[i].since != NULL ? text(w, "{\"reason\":\"x\",\"since\":\"%s\"}", bad[i].since)
					 : text(w, "{\"reason\":\"x\",\"until\":\"%s\"}", bad[i].until));
		then_problem(w, 422, "invalid");
		then_error(w, bad[i].pointer);
	}
	call(w, GET, "/v1/agents/ada-agent", NULL);
	then_field(w, "/status", "active");
}

static void
other_accounts_agents_are_not_there(void **state)
{
	struct world *w = *state;

	given_clerk(w);
	given_company(w, "acme", "standard");
	given_company(w, "bolt", "standard");
	given_agent(w, "ada", "acme");
	given_agent(w, "eve", "bolt");
	as(w, "ada");
	call(w, GET, "/v1/agents/eve-agent", NULL);
	then_problem(w, 404, "not-found");
	then_field(w, "/detail", "No such agent.");
	call(w, POST, "/v1/agents/eve-agent/block", "{\"reason\":\"x\"}");
	then_problem(w, 403, "forbidden");
	as(w, "clerk");
	call(w, POST, "/v1/agents/01890000-0000-7000-8000-00000000dead/block", "{\"reason\":\"x\"}");
	then_problem(w, 404, "not-found");
	call(w, POST, "/v1/accounts/01890000-0000-7000-8000-00000000dead/agents", new_agent(w, "a@example.com"));
	then_problem(w, 404, "not-found");
	call(w, POST, "/v1/accounts/acme/agents", new_agent(w, "not an address"));
	then_error(w, "/email");
}

static const struct CMUnitTest agent_tests[] = {
	auth_test(a_new_address_makes_a_user_who_is_invited),
	auth_test(whoever_has_the_mail_chooses_a_password_and_acts_for_the_account),
	auth_test(a_known_address_is_linked),
	auth_test(an_address_has_one_agent_in_whichever_account),
	auth_test(of_twins_one_becomes_the_agent),
	auth_test(agents_are_listed_and_changed),
	auth_test(a_blocked_agent_cannot_act_at_once),
	auth_test(nobody_blocks_who_may_do_more),
	auth_test(a_block_ends_exactly_and_its_user_is_let_in_by_a_job),
	auth_test(a_job_does_not_end_what_another_reason_keeps),
	auth_test(a_block_can_begin_earlier_than_was_thought),
	auth_test(dates_far_off_are_refused),
	auth_test(other_accounts_agents_are_not_there),
};

int
main(void)
{
	return run_world(agent_tests);
}
