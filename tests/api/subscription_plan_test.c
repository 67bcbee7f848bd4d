/* subscription_plan_test.c -- plans, rules and prices: what everybody sees of them, and how operators keep them. */
#include "core/base/arena.h"
#include "tests/api/subscription_kit.h"

static const char *
fresh_code(struct world *w)
{
	const char *end = fresh(w) + 24; /* The random end; 32 characters are too many. */

	return arena_format(w->arena, "p%s", end);
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

	given_plan_desk(w);
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

	given_plan_desk(w);
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

	given_plan_desk(w);
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

	given_plan_desk(w);
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

	given_plan_desk(w);
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
	};

	return run_world(tests);
}
