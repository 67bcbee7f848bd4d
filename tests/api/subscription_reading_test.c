/* subscription_reading_test.c -- subscriptions as their clients see them, and as operators list them. */
#include "core/base/arena.h"
#include "tests/api/subscription_kit.h"

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
	given_plan_desk(w);
	call(w, GET, "/v1/subscriptions/ada-subscription", NULL);
	then_status(w, 200);
	call(w, POST, "/v1/subscriptions/ada-subscription/cancel", NULL);
	then_status(w, 200);
}

static void
filters_count_for_clients_too(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	call(w, GET, "/v1/subscriptions?plan=premium&state=active", NULL);
	then_count(w, "/data", 1);
	call(w, GET, "/v1/subscriptions?plan=basic", NULL);
	then_count(w, "/data", 0);
	call(w, GET, "/v1/subscriptions?state=expired", NULL);
	then_count(w, "/data", 0);
}

static void
operators_list_subscriptions_by_plan_and_state(void **state)
{
	struct world *w = *state;

	given_client(w, "ada", "DE", "tv");
	given_client(w, "bob", "DE", "phone");
	call(w, POST, "/v1/subscriptions/bob-subscription/cancel", NULL);
	then_status(w, 200);
	given_plan_desk(w);
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
		api_test(somebody_elses_subscription_is_not_found),
		api_test(filters_count_for_clients_too),
		api_test(operators_list_subscriptions_by_plan_and_state),
	};

	return run_world(tests);
}
