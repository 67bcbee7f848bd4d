/* subscription_test.c -- plans, rules and prices as operators keep them; subscriptions from state to state. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/world.h"

#define NOBODY "0190b5a0-0000-7000-8000-000000000000"

/* A region, device type or (behind a letter) plan that no other test has ever named. */
static const char *
fresh(struct world *w)
{
	return uuid_text(w->arena, uuid_new(&env_system));
}

static const char *
fresh_code(struct world *w)
{
	const char *end = fresh(w) + 24; /* The random end; 32 characters are too many. */

	return arena_format(w->arena, "p%s", end);
}

static void
given_desk(struct world *w)
{
	given_user(w, "desk");
	given_sql(w, "SELECT \"authorization\".role_permit('test-plan-desk',"
		     " ARRAY['plan.read', 'plan.write', 'subscription.read', 'subscription.write'])");
	given_role(w, "desk", "test-plan-desk");
	as(w, "desk");
}

/* A client whose subscription is called "<name>-subscription"; who makes the calls from here on. */
static void
given_client(struct world *w, const char *name, const char *region, const char *device_type)
{
	given_user(w, name);
	given_sql(
	    w, arena_format(w->arena, "SELECT client.join('%s', '%s', '%s')", id_of(w, name), region, device_type));
	as(w, name);
	call(w, GET, "/v1/subscriptions", NULL);
	then_status(w, 200);
	then_count(w, "/data", 1);
	call(w, GET, arena_format(w->arena, "/v1/subscriptions/%s", answer_field(&w->answer, "/data/0/id")), NULL);
	then_status(w, 200);
	name_it(w, arena_format(w->arena, "%s-subscription", name));
}

/* Moves what there is of the subscription so far into the past, term and all. */
static void
given_past(struct world *w, const char *name, const char *interval)
{
	const char *id = id_of(w, name);

	given_sql(
	    w, arena_format(w->arena,
		   "UPDATE subscription.subscription SET anchor = anchor - interval '%1$s', starts_at = starts_at - "
		   "interval '%1$s', ends_at = ends_at - interval '%1$s' WHERE id = '%2$s'",
		   interval, id));
	given_sql(w, arena_format(w->arena,
			 "UPDATE subscription.term SET starts_at = starts_at - interval '%1$s', ends_at = ends_at - "
			 "interval '%1$s' WHERE subscription = '%2$s'",
			 interval, id));
}

/* Its term ended an hour ago. */
static void
given_ended(struct world *w, const char *name)
{
	given_past(w, name,
	    given_sql(
		w, arena_format(w->arena,
		       "SELECT ends_at - now() + interval '1 hour' FROM subscription.subscription WHERE id = '%s'",
		       id_of(w, name))));
}

/* Lets the job run, and waits until it has done with the subscription what it is to do. */
static void
wait_for_job(struct world *w, const char *name, const char *condition)
{
	const char *asked = arena_format(
	    w->arena, "SELECT %s FROM subscription.subscription WHERE id = '%s'", condition, id_of(w, name));

	given_sql(w, "SELECT queue.enqueue(queue.new_id(), 'subscription.renew', '{}', NULL, NULL, NULL, NULL)");
	for (int i = 0; i < 100; i++) {
		if (strcmp(given_sql(w, asked), "t") == 0)
			return;
		usleep(50 * 1000);
	}
	fail_msg("the job did not come to: %s", condition);
}

static const char *
told(struct world *w, const char *name)
{
	return given_sql(
	    w, arena_format(w->arena,
		   "SELECT string_agg(substr(type, 14), ' ' ORDER BY at) FROM (SELECT type, occurred_at, subject FROM"
		   " event.log UNION ALL SELECT type, occurred_at, subject FROM event.outbox) AS e (type, at, subject)"
		   " WHERE subject = '%s'",
		   id_of(w, name)));
}

static void
everybody_sees_what_a_client_would_get_and_why(void **state)
{
	struct world *w = *state;

	call(w, GET, "/v1/plans?region=de&device_type=TV", NULL);
	then_status(w, 200);
	then_field(w, "/plan", "premium");
	then_field(w, "/matched", "region_and_device_type");
	then_field(w, "/why", "There is a rule for this region and device type.");
	call(w, GET, arena_format(w->arena, "/v1/plans?region=%s&device_type=tv", fresh(w)), NULL);
	then_field(w, "/plan", "premium");
	then_field(w, "/matched", "device_type");
	call(w, GET, arena_format(w->arena, "/v1/plans?region=DE&device_type=%s", fresh(w)), NULL);
	then_field(w, "/plan", "standard");
	then_field(w, "/matched", "region");
	call(w, GET, "/v1/plans", NULL);
	then_status(w, 200);
	then_field(w, "/plan", "standard");
	then_field(w, "/matched", "default");
	then_count(w, "/plans/0/prices", 3);
}

static void
prices_have_the_decimals_of_their_currency(void **state)
{
	struct world *w = *state;

	call(w, GET, "/v1/plans?region=JP", NULL);
	then_status(w, 200);
	then_field(w, "/plans/0/code", "basic");
	then_field(w, "/plans/0/prices/0/amount", "700");
	then_field(w, "/plans/0/prices/0/currency", "JPY");
	call(w, GET, "/v1/plans?device_type=phone", NULL);
	then_field(w, "/plans/0/prices/0/amount", "3.99");
	then_field(w, "/plans/0/prices/0/currency", "USD");
}

static void
a_plan_is_made_priced_opened_and_chosen(void **state)
{
	static const char *const amounts[] = { "0.001", "12.5", "100" };
	static const int months[] = { 1, 3, 6 };
	struct world *w = *state;
	const char *code = fresh_code(w), *region = fresh(w), *path = arena_format(w->arena, "/v1/plans/%s", code);

	given_desk(w);
	call(w, POST, "/v1/plans", arena_format(w->arena, "{\"code\":\"%s\",\"name\":\"Test\"}", code));
	then_status(w, 201);
	then_field(w, "/open", "false");
	call_with(w, PATCH, path, "{\"open\":true}", "If-Match: \"1\"");
	then_problem(w, 409, "conflict");
	for (size_t i = 0; i < 3; i++) {
		call(w, POST, "/v1/plans/prices",
		    arena_format(w->arena, "{\"plan\":\"%s\",\"months\":%d,\"amount\":\"%s\",\"currency\":\"KWD\"}",
			code, months[i], amounts[i]));
		then_status(w, 201);
	}
	then_field(w, "/amount", "100.000");
	call_with(w, PATCH, path, "{\"open\":true}", "If-Match: \"1\"");
	then_status(w, 200);
	then_header(w, "etag", "\"2\"");
	call(w, POST, "/v1/plans/rules", arena_format(w->arena, "{\"region\":\"%s\",\"plan\":\"%s\"}", region, code));
	then_status(w, 201);
	name_it(w, "rule");
	given_client(w, "ada", region, "tv");
	then_field(w, "/plan", code);
	then_field(w, "/amount", "0.001");
	then_field(w, "/currency", "KWD");
	as(w, "desk");
	call_with(w, PATCH, path, "{\"open\":false}", "If-Match: \"2\"");
	then_problem(w, 409, "conflict");
	call(w, DELETE, "/v1/plans/rules/rule", NULL);
	then_status(w, 204);
	call_with(w, PATCH, path, "{\"open\":false}", "If-Match: \"2\"");
	then_status(w, 200);
}

static void
an_edit_of_the_catalogue_stands_on_what_was_read(void **state)
{
	struct world *w = *state;
	const char *region = fresh(w);

	given_desk(w);
	call(w, POST, "/v1/plans/rules", arena_format(w->arena, "{\"region\":\"%s\",\"plan\":\"basic\"}", region));
	name_it(w, "rule");
	call(w, PATCH, "/v1/plans/rules/rule", "{\"plan\":\"premium\"}");
	then_problem(w, 428, "precondition-required");
	call_with(w, PATCH, "/v1/plans/rules/rule", "{\"plan\":\"premium\"}", "If-Match: \"1\"");
	then_status(w, 200);
	call_with(w, PATCH, "/v1/plans/rules/rule", "{\"plan\":\"basic\"}", "If-Match: \"1\"");
	then_problem(w, 412, "precondition-failed");
	call_with(w, PATCH, "/v1/plans/rules/rule", "{\"plan\":\"no-such\"}", "If-Match: \"2\"");
	then_problem(w, 422, "invalid");
	then_error(w, "/plan");
	call(w, GET, "/v1/plans/rules/rule", NULL);
	then_field(w, "/plan", "premium");
	then_header(w, "etag", "\"2\"");
	call(w, POST, "/v1/plans/rules", arena_format(w->arena, "{\"region\":\"%s\",\"plan\":\"basic\"}", region));
	then_problem(w, 409, "conflict");
	call(w, DELETE, "/v1/plans/rules/rule", NULL);
	then_status(w, 204);
	call(w, DELETE, "/v1/plans/rules/rule", NULL);
	then_problem(w, 404, "not-found");
	call_with(w, PATCH, "/v1/plans/no-such", "{\"name\":\"x\"}", "If-Match: \"1\"");
	then_problem(w, 404, "not-found");
}

static void
the_default_rule_and_prices_stay(void **state)
{
	struct world *w = *state;
	const char *rule = given_sql(w, "SELECT rule FROM subscription.choose(NULL, NULL)");
	const char *price = given_sql(w, "SELECT id FROM subscription.price WHERE plan = 'basic' AND region IS NULL "
					 "AND device_type IS NULL LIMIT 1");

	given_desk(w);
	call(w, DELETE, arena_format(w->arena, "/v1/plans/rules/%s", rule), NULL);
	then_problem(w, 409, "conflict");
	call(w, DELETE, arena_format(w->arena, "/v1/plans/prices/%s", price), NULL);
	then_problem(w, 409, "conflict");
	call(w, POST, "/v1/plans/rules", "{\"plan\":\"basic\"}");
	then_problem(w, 409, "conflict");
}

static void
amounts_are_read_exactly(void **state)
{
	static const struct {
		const char *amount, *currency, *pointer;
	} wrong[] = {
		{ "9.999", "USD", "/amount" },
		{ "9.5", "JPY", "/amount" },
		{ "-1", "USD", "/amount" },
		{ "1e3", "USD", "/amount" },
		{ "NaN", "USD", "/amount" },
		{ "9,99", "USD", "/amount" },
		{ "9999999999999999999999999999999999999", "USD", "/amount" },
		{ "9.99", "XXQ", "/currency" },
	};
	struct world *w = *state;

	given_desk(w);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		call(w, POST, "/v1/plans/prices",
		    arena_format(w->arena,
			"{\"plan\":\"basic\",\"months\":1,\"region\":\"%s\",\"amount\":\"%s\",\"currency\":\"%s\"}",
			fresh(w), wrong[i].amount, wrong[i].currency));
		then_problem(w, 422, "invalid");
		then_error(w, wrong[i].pointer);
	}
	call(w, POST, "/v1/plans/prices",
	    "{\"plan\":\"basic\",\"months\":1,\"region\":\"XX\",\"amount\":9.99,\"currency\":\"USD\"}");
	then_problem(w, 422, "invalid");
	call(w, POST, "/v1/plans/prices",
	    "{\"plan\":\"basic\",\"months\":2,\"region\":\"XX\",\"amount\":\"9.99\",\"currency\":\"USD\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/months");
	call(w, POST, "/v1/plans/prices",
	    "{\"plan\":\"no-such\",\"months\":1,\"region\":\"XX\",\"amount\":\"9.99\",\"currency\":\"USD\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/plan");
}

static void
a_changed_catalogue_never_alters_a_term_that_runs(void **state)
{
	struct world *w = *state;
	const char *region = fresh(w);

	given_desk(w);
	call(w, POST, "/v1/plans/prices",
	    arena_format(w->arena,
		"{\"plan\":\"standard\",\"months\":1,\"region\":\"%s\",\"amount\":\"5\",\"currency\":\"EUR\"}",
		region));
	then_status(w, 201);
	name_it(w, "price");
	given_client(w, "ada", region, "nothing");
	then_field(w, "/amount", "5.00");
	as(w, "desk");
	call_with(w, PATCH, "/v1/plans/prices/price", "{\"amount\":\"800\",\"currency\":\"JPY\"}", "If-Match: \"1\"");
	then_status(w, 200);
	then_field(w, "/amount", "800");
	as(w, "ada");
	call(w, GET, "/v1/subscriptions/ada-subscription", NULL);
	then_field(w, "/amount", "5.00");
	then_field(w, "/currency", "EUR");
	given_ended(w, "ada-subscription");
	as(w, "desk");
	call(w, POST, "/v1/subscriptions/ada-subscription/renew", NULL);
	then_status(w, 200);
	then_field(w, "/amount", "800");
	then_field(w, "/currency", "JPY");
}

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
	given_desk(w);
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
	given_desk(w);
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

	given_desk(w);
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

	given_desk(w);
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

	given_desk(w);
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

static void
somebody_elses_subscription_is_not_found(void **state)
{
	static const char *const deeds[] = { "cancel", "reactivate" };
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	given_client(w, "bob", "DE", "tv");
	call(w, GET, "/v1/subscriptions/ada-subscription", NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/subscriptions/ada-subscription/history", NULL);
	then_problem(w, 404, "not-found");
	for (size_t i = 0; i < 2; i++) {
		call(w, POST, arena_format(w->arena, "/v1/subscriptions/ada-subscription/%s", deeds[i]), NULL);
		then_problem(w, 404, "not-found");
		call(w, POST, arena_format(w->arena, "/v1/subscriptions/" NOBODY "/%s", deeds[i]), NULL);
		then_problem(w, 404, "not-found");
	}
	call(w, GET, "/v1/plans/rules", NULL);
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/plans", "{\"code\":\"mine\",\"name\":\"Mine\"}");
	then_problem(w, 403, "forbidden");
	given_desk(w);
	call(w, GET, "/v1/subscriptions/ada-subscription", NULL);
	then_status(w, 200);
	call(w, POST, "/v1/subscriptions/ada-subscription/cancel", NULL);
	then_status(w, 200);
}

static void
operators_list_subscriptions_by_plan_and_state(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	given_client(w, "bob", "DE", "phone");
	call(w, POST, "/v1/subscriptions/bob-subscription/cancel", NULL);
	then_status(w, 200);
	given_desk(w);
	call(w, GET, "/v1/subscriptions?limit=1", NULL);
	then_field(w, "/data/0/id", id_of(w, "bob-subscription"));
	call(w, GET, "/v1/subscriptions?limit=1&plan=premium", NULL);
	then_field(w, "/data/0/id", id_of(w, "ada-subscription"));
	call(w, GET, "/v1/subscriptions?limit=1&state=canceling", NULL);
	then_field(w, "/data/0/id", id_of(w, "bob-subscription"));
	call(w, GET, "/v1/subscriptions?limit=1&plan=premium&state=active", NULL);
	then_field(w, "/data/0/id", id_of(w, "ada-subscription"));
	call(w, GET, "/v1/subscriptions?state=asleep", NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/plans/rules?limit=1", NULL);
	then_count(w, "/data", 1);
	then_has_header(w, "link");
	call(w, GET, "/v1/plans/prices?plan=premium&limit=100", NULL);
	then_field(w, "/data/0/plan", "premium");
	call(w, GET, "/v1/plans/catalogue?limit=1", NULL);
	then_count(w, "/data", 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(everybody_sees_what_a_client_would_get_and_why),
		api_test(prices_have_the_decimals_of_their_currency),
		api_test(a_plan_is_made_priced_opened_and_chosen),
		api_test(an_edit_of_the_catalogue_stands_on_what_was_read),
		api_test(the_default_rule_and_prices_stay),
		api_test(amounts_are_read_exactly),
		api_test(a_changed_catalogue_never_alters_a_term_that_runs),
		api_test(another_plan_and_term_count_from_the_next_term_on),
		api_test(another_plan_may_count_at_once),
		api_test(what_cannot_be_chosen_is_refused),
		api_test(a_canceled_subscription_ends_with_its_term),
		api_test(a_cancellation_is_taken_back),
		api_test(what_is_not_renewed_is_due_then_past_due_then_expired),
		api_test(a_term_that_costs_nothing_is_renewed_by_itself),
		api_test(periods_come_from_the_anchor),
		api_test(a_term_that_runs_is_not_renewed),
		api_test(somebody_elses_subscription_is_not_found),
		api_test(operators_list_subscriptions_by_plan_and_state),
	};

	return run_world(tests);
}
