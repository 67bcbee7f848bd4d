/* account_team_test.c -- the roles that are there from the beginning: what each team of an operator does, and does not.
 */
#include "core/base/arena.h"
#include "tests/api/account_kit.h"

static void
given_team(struct world *w, const char *role)
{
	given_user(w, role);
	given_role(w, role, role);
}

static void
given_teams(struct world *w)
{
	given_team(w, "success");
	given_team(w, "billing");
	given_team(w, "compliance");
}

/* An account with an agent, as the success team makes them. */
static void
given_customer(struct world *w)
{
	as(w, "success");
	given_company(w, "acme", "vip");
	given_agent(w, "ada", "acme");
}

static void
is_refused(struct world *w, const char *team, const char *path, const char *json)
{
	as(w, team);
	call(w, POST, path, json);
	then_problem(w, 403, "forbidden");
}

static const char *
use(struct world *w, const char *occurred_at, const char *key)
{
	return text(w,
	    "{\"unit\":\"minutes\",\"quantity\":\"10\",\"occurred_at\":\"%s\",\"source\":\"%s\",\"source_id\":\"%s\"}",
	    occurred_at, id_of(w, "acme"), key);
}

static void
success_looks_after_customers(void **state)
{
	struct world *w = *state;

	given_teams(w);
	given_customer(w);
	then_told(w, "account.vip.created", "acme", 1);
	call_with(w, PATCH, "/v1/accounts/acme", "{\"tier\":\"standard\"}", "If-Match: \"1\"");
	then_status(w, 200);
	then_told(w, "account.vip.removed", "acme", 1);
	call(w, POST, "/v1/accounts/acme/suspend", "{\"reason\":\"unpaid\"}");
	then_status(w, 200);
	call(w, POST, "/v1/accounts/acme/resume", NULL);
	then_status(w, 200);
	is_refused(w, "success", "/v1/agents/ada-agent/block", "{\"reason\":\"stolen\"}");
	is_refused(w, "success", "/v1/agents/ada-agent/usage", use(w, in_seconds(w, -60), "1"));
}

static void
compliance_blocks_agents_as_far_back_as_must_be(void **state)
{
	struct world *w = *state;

	given_teams(w);
	given_customer(w);
	as(w, "billing");
	call(w, POST, "/v1/agents/ada-agent/usage", use(w, in_seconds(w, -3600), "counted"));
	then_field(w, "/charged", "true");
	as(w, "compliance");
	call(w, POST, "/v1/agents/ada-agent/block",
	    text(w, "{\"reason\":\"stolen\",\"since\":\"%s\"}", in_seconds(w, -7200)));
	then_status(w, 200);
	then_field(w, "/status", "blocked");
	call(w, GET, "/v1/accounts/acme/usage", NULL);
	then_field(w, "/data/0/charged", "0");
	then_field(w, "/data/0/excluded", "10");
	call(w, GET, "/v1/audit?limit=1", NULL);
	then_status(w, 200);
	call(w, POST, "/v1/agents/ada-agent/unblock", NULL);
	then_status(w, 200);
	is_refused(w, "compliance", "/v1/accounts/acme/suspend", "{\"reason\":\"x\"}");
	is_refused(w, "compliance", "/v1/agents/ada-agent/usage", use(w, in_seconds(w, -60), "1"));
}

static void
billing_tells_what_was_used_and_reads_what_is_charged(void **state)
{
	struct world *w = *state;

	given_teams(w);
	given_customer(w);
	as(w, "billing");
	call(w, POST, "/v1/agents/ada-agent/usage", use(w, in_seconds(w, -60), "1"));
	then_status(w, 200);
	call(w, GET, "/v1/accounts/acme/usage", NULL);
	then_field(w, "/data/0/charged", "10");
	call(w, GET, "/v1/accounts?status=active&limit=1", NULL);
	then_count(w, "/data", 1);
	is_refused(w, "billing", "/v1/accounts", "{\"name\":\"Mine\"}");
	is_refused(w, "billing", "/v1/agents/ada-agent/block", "{\"reason\":\"x\"}");
}

/* The news platform's people: who looks after clients, who renews, and that only an admin changes what is sold. */
static void
teams_look_after_clients_and_admins_after_plans(void **state)
{
	struct world *w = *state;

	given_teams(w);
	given_user(w, "carol");
	as(w, "success");
	call(w, POST, "/v1/clients", text(w, "{\"user\":\"%s\",\"region\":\"DE\"}", id_of(w, "carol")));
	then_status(w, 201);
	call(w, POST, "/v1/subscriptions", text(w, "{\"client\":\"%s\",\"months\":6}", id_of(w, "carol")));
	then_status(w, 200);
	name_it(w, "hers");
	as(w, "billing");
	call(w, GET, "/v1/clients/stats", NULL);
	then_status(w, 200);
	call(w, GET, "/v1/subscriptions/hers/history", NULL);
	then_field(w, "/data/0/what", "changed");
	call(w, POST, "/v1/subscriptions/hers/renew", NULL);
	then_problem(w, 409, "conflict");
	is_refused(w, "billing", "/v1/clients", text(w, "{\"user\":\"%s\"}", id_of(w, "carol")));
	is_refused(w, "billing", "/v1/plans", "{\"code\":\"mine\",\"name\":\"Mine\"}");
	is_refused(w, "compliance", "/v1/subscriptions/hers/renew", NULL);
	as(w, "billing");
	call(w, GET, "/v1/plans/prices?plan=basic&limit=1", NULL);
	then_status(w, 200);
	given_team(w, "admin");
	as(w, "admin");
	call_with(w, PATCH, text(w, "/v1/plans/prices/%s", answer_field(&w->answer, "/data/0/id")),
	    text(w, "{\"amount\":\"%s\",\"currency\":\"%s\"}", answer_field(&w->answer, "/data/0/amount"),
		answer_field(&w->answer, "/data/0/currency")),
	    "If-Match: *");
	then_status(w, 200);
}

static const struct CMUnitTest team_tests[] = {
	auth_test(success_looks_after_customers),
	auth_test(compliance_blocks_agents_as_far_back_as_must_be),
	auth_test(billing_tells_what_was_used_and_reads_what_is_charged),
	auth_test(teams_look_after_clients_and_admins_after_plans),
};

int
main(void)
{
	return run_world(team_tests);
}
