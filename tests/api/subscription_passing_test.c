/* subscription_passing_test.c -- subscriptions from state to state, as clients and operators ask and as time goes by.
 */
#include "core/base/arena.h"
#include "tests/api/subscription_kit.h"

static void
another_plan_and_term_count_from_the_next_term_on(void **state)
{
	struct world *w = *state;
	const char *ends;

	given_client(w, "ada", "DE", "tv");
	ends = answer_field(&w->answer, "/ends_at");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"basic\",\"months\":6}");
	then_status(w, 200);
	then_field(w, "/plan", "premium");
	then_field(w, "/next_plan", "basic");
	then_field(w, "/next_months", "6");
	then_field(w, "/ends_at", ends);
	given_ended(w, "ada-subscription");
	wait_for_job(w, "ada-subscription", "due_at IS NOT NULL");
	given_plan_desk(w);
	call(w, POST, "/v1/subscriptions/ada-subscription/renew", NULL);
	then_status(w, 200);
	then_field(w, "/plan", "basic");
	then_field(w, "/months", "6");
	then_field(w, "/amount", "23.99");
	then_no_field(w, "/next_plan");
	then_no_field(w, "/due_at");
	assert_string_equal(told(w, "ada-subscription"), "started changed due renewed");
}

static void
another_plan_may_count_at_once(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	given_past(w, "ada-subscription", "10 days");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"basic\",\"months\":3,\"from\":\"now\"}");
	then_status(w, 200);
	then_field(w, "/plan", "basic");
	then_field(w, "/months", "3");
	then_field(w, "/amount", "12.99");
	then_field(w, "/anchor", answer_field(&w->answer, "/starts_at"));
	assert_string_equal(
	    given_sql(w, arena_format(w->arena,
			     "SELECT string_agg(plan || date_part('day', ends_at - starts_at), ' ' ORDER BY "
			     "starts_at) LIKE 'premium10 basic%%' FROM subscription.term WHERE subscription = '%s'",
			     id_of(w, "ada-subscription"))),
	    "t");
}

static void
what_cannot_be_chosen_is_refused(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"no-such\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/plan");
	call(w, POST, "/v1/subscriptions", "{\"months\":2}");
	then_problem(w, 422, "invalid");
	then_error(w, "/months");
	call(w, POST, "/v1/subscriptions", "{\"from\":\"yesterday\"}");
	then_problem(w, 422, "invalid");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"premium\",\"months\":1}");
	then_problem(w, 409, "conflict");
	then_body_contains(w, "The subscription is active");
	given_user(w, "bob");
	as(w, "bob");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"basic\"}");
	then_problem(w, 409, "conflict");
	call(w, GET, "/v1/subscriptions", NULL);
	then_count(w, "/data", 0);
}

static void
an_operator_chooses_for_a_client(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	given_plan_desk(w);
	call(w, POST, "/v1/subscriptions",
	    arena_format(w->arena, "{\"client\":\"%s\",\"plan\":\"basic\"}", id_of(w, "ada")));
	then_status(w, 200);
	then_field(w, "/id", id_of(w, "ada-subscription"));
	then_field(w, "/next_plan", "basic");
	call(w, POST, "/v1/subscriptions", "{\"client\":\"" NOBODY "\",\"plan\":\"basic\"}");
	then_problem(w, 409, "conflict");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"basic\"}");
	then_problem(w, 409, "conflict");
}

static void
nobody_else_chooses_for_a_client(void **state)
{
	struct world *w = *state;
	const char *other;

	given_client(w, "ada", "DE", "tv");
	given_client(w, "bob", "DE", "tv");
	call(w, POST, "/v1/subscriptions",
	    arena_format(w->arena, "{\"client\":\"%s\",\"plan\":\"basic\"}", id_of(w, "ada")));
	then_problem(w, 409, "conflict");
	other = answer_field(&w->answer, "/detail");
	call(w, POST, "/v1/subscriptions", "{\"client\":\"" NOBODY "\",\"plan\":\"basic\"}");
	then_problem(w, 409, "conflict");
	then_field(w, "/detail", other);
	call(w, POST, "/v1/subscriptions",
	    arena_format(w->arena, "{\"client\":\"%s\",\"plan\":\"basic\"}", id_of(w, "bob")));
	then_status(w, 200);
	as(w, "ada");
	call(w, GET, "/v1/subscriptions/ada-subscription", NULL);
	then_no_field(w, "/next_plan");
}

static void
a_canceled_subscription_ends_with_its_term(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	call(w, POST, "/v1/subscriptions/ada-subscription/cancel", NULL);
	then_status(w, 200);
	then_field(w, "/state", "canceling");
	call(w, POST, "/v1/subscriptions/ada-subscription/cancel", NULL);
	then_problem(w, 409, "conflict");
	then_body_contains(w, "canceling");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"basic\"}");
	then_problem(w, 409, "conflict");
	then_body_contains(w, "canceling");
	given_ended(w, "ada-subscription");
	wait_for_job(w, "ada-subscription", "state = 'expired'");
	assert_string_equal(told(w, "ada-subscription"), "started canceled expired");
	call(w, POST, "/v1/subscriptions/ada-subscription/cancel", NULL);
	then_problem(w, 409, "conflict");
	then_body_contains(w, "expired");
}

static void
a_cancellation_is_taken_back(void **state)
{
	struct world *w = *state;
	const char *ends;

	given_client(w, "ada", "DE", "tv");
	ends = answer_field(&w->answer, "/ends_at");
	call(w, POST, "/v1/subscriptions/ada-subscription/reactivate", NULL);
	then_problem(w, 409, "conflict");
	then_body_contains(w, "active");
	call(w, POST, "/v1/subscriptions/ada-subscription/cancel", NULL);
	then_status(w, 200);
	call(w, POST, "/v1/subscriptions/ada-subscription/reactivate", NULL);
	then_status(w, 200);
	then_field(w, "/state", "active");
	then_field(w, "/ends_at", ends);
}

static void
what_is_not_renewed_is_due_then_past_due_then_expired(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	given_ended(w, "ada-subscription");
	wait_for_job(w, "ada-subscription", "due_at IS NOT NULL");
	call(w, GET, "/v1/subscriptions/ada-subscription", NULL);
	then_field(w, "/due_amount", "14.99");
	then_field(w, "/due_currency", "EUR");
	given_past(w, "ada-subscription", "1 day");
	wait_for_job(w, "ada-subscription", "state = 'past_due'");
	call(w, POST, "/v1/subscriptions", "{\"plan\":\"basic\"}");
	then_problem(w, 409, "conflict");
	then_body_contains(w, "past_due");
	call(w, POST, "/v1/subscriptions/ada-subscription/reactivate", NULL);
	then_problem(w, 409, "conflict");
	given_past(w, "ada-subscription", "14 days");
	wait_for_job(w, "ada-subscription", "state = 'expired'");
	assert_string_equal(told(w, "ada-subscription"), "started due past_due expired");
	given_plan_desk(w);
	call(w, POST, "/v1/subscriptions/ada-subscription/renew", NULL);
	then_problem(w, 409, "conflict");
	then_body_contains(w, "expired");
	as(w, "ada");
	call(w, POST, "/v1/subscriptions/ada-subscription/reactivate", NULL);
	then_status(w, 200);
	then_field(w, "/state", "active");
	then_field(w, "/anchor", answer_field(&w->answer, "/starts_at"));
	call(w, GET, "/v1/subscriptions/ada-subscription/history?limit=2", NULL);
	then_status(w, 200);
	then_field(w, "/data/0/what", "reactivated");
	then_field(w, "/data/1/what", "expired");
	then_has_header(w, "link");
}

static void
a_term_that_costs_nothing_is_renewed_by_itself(void **state)
{
	struct world *w = *state;
	const char *region = fresh(w);

	given_plan_desk(w);
	call(w, POST, "/v1/plans/prices",
	    arena_format(w->arena,
		"{\"plan\":\"standard\",\"months\":1,\"region\":\"%s\",\"amount\":\"0\",\"currency\":\"EUR\"}",
		region));
	then_status(w, 201);
	given_client(w, "ada", region, "nothing");
	then_field(w, "/amount", "0.00");
	given_ended(w, "ada-subscription");
	wait_for_job(w, "ada-subscription", "ends_at > now()");
	call(w, GET, "/v1/subscriptions/ada-subscription", NULL);
	then_field(w, "/state", "active");
	then_no_field(w, "/due_at");
	assert_string_equal(told(w, "ada-subscription"), "started due renewed");
}

/* 31 January, one month, three times: the month's last day, and the 31st again. */
static void
periods_come_from_the_anchor(void **state)
{
	static const char *const ends[] = { "2020-03-31T12:00:00Z", "2020-04-30T12:00:00Z", "2020-05-31T12:00:00Z" };
	struct world *w = *state;
	const char *id;

	given_plan_desk(w);
	given_client(w, "ada", "DE", "tv");
	id = id_of(w, "ada-subscription");
	given_sql(w, arena_format(w->arena, "DELETE FROM subscription.term WHERE subscription = '%s'", id));
	given_sql(
	    w, arena_format(w->arena,
		   "UPDATE subscription.subscription SET anchor = '2020-01-31T12:00Z', starts_at = '2020-01-31T12:00Z',"
		   " ends_at = '2020-02-29T12:00Z' WHERE id = '%s'",
		   id));
	as(w, "desk");
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		call(w, POST, "/v1/subscriptions/ada-subscription/renew", NULL);
		then_status(w, 200);
		then_field(w, "/ends_at", ends[i]);
	}
}

static void
a_term_that_runs_is_not_renewed(void **state)
{
	struct world *w = *state;

	given_plan_desk(w);
	given_client(w, "ada", "DE", "tv");
	call(w, POST, "/v1/subscriptions/ada-subscription/renew", NULL);
	then_problem(w, 403, "forbidden");
	as(w, "desk");
	call(w, POST, "/v1/subscriptions/ada-subscription/renew", NULL);
	then_problem(w, 409, "conflict");
	then_body_contains(w, "active");
	call(w, POST, "/v1/subscriptions/" NOBODY "/renew", NULL);
	then_problem(w, 404, "not-found");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(another_plan_and_term_count_from_the_next_term_on),
		api_test(another_plan_may_count_at_once),
		api_test(what_cannot_be_chosen_is_refused),
		api_test(an_operator_chooses_for_a_client),
		api_test(nobody_else_chooses_for_a_client),
		api_test(a_canceled_subscription_ends_with_its_term),
		api_test(a_cancellation_is_taken_back),
		api_test(what_is_not_renewed_is_due_then_past_due_then_expired),
		api_test(a_term_that_costs_nothing_is_renewed_by_itself),
		api_test(periods_come_from_the_anchor),
		api_test(a_term_that_runs_is_not_renewed),
	};

	return run_world(tests);
}
