/* client_test.c -- clients: made with their subscription, listed, counted, removed with it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/world.h"

#define NOBODY "0190b5a0-0000-7000-8000-000000000000"

/* A region or device type that no other test has ever named. */
static const char *
fresh(struct world *w)
{
	return uuid_text(w->arena, uuid_new(&env_system));
}

static const char *
capitals(struct world *w, const char *text)
{
	char *copy = arena_text(w->arena, text);

	for (char *c = copy; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return copy;
}

/* As the operator at hand; the user becomes a client there. */
static void
given_client(struct world *w, const char *name, const char *region, const char *device_type)
{
	given_user(w, name);
	call(w, POST, "/v1/clients",
	    arena_format(w->arena, "{\"user\":\"%s\",\"region\":\"%s\",\"device_type\":\"%s\"}", id_of(w, name), region,
		device_type));
	then_status(w, 201);
}

static void
given_desk(struct world *w)
{
	given_user(w, "desk");
	given_sql(w, "SELECT \"authorization\".role_permit('test-client-desk', ARRAY['client.read', 'client.write'])");
	given_role(w, "desk", "test-client-desk");
	as(w, "desk");
}

static void
a_client_is_made_with_the_subscription_that_the_rules_pick(void **state)
{
	struct world *w = *state;

	given_desk(w);
	given_client(w, "ada", "de", "TV");
	then_field(w, "/id", id_of(w, "ada"));
	then_field(w, "/region", "DE");
	then_field(w, "/device_type", "tv");
	then_field(w, "/plan", "premium");
	then_field(w, "/state", "active");
	assert_string_equal(
	    answer_header(&w->answer, "location"), arena_format(w->arena, "/v1/clients/%s", id_of(w, "ada")));
	call(w, GET, "/v1/clients/ada", NULL);
	then_status(w, 200);
	then_field(w, "/plan", "premium");
}

static void
an_unknown_region_and_device_type_get_a_plan_too(void **state)
{
	struct world *w = *state;

	given_desk(w);
	given_client(w, "ada", fresh(w), fresh(w));
	then_field(w, "/plan", "standard");
	given_user(w, "bob");
	call(w, POST, "/v1/clients", arena_format(w->arena, "{\"user\":\"%s\"}", id_of(w, "bob")));
	then_status(w, 201);
	then_field(w, "/plan", "standard");
	then_no_field(w, "/region");
}

static void
whoever_signs_up_is_a_client_until_the_user_is_removed(void **state)
{
	struct world *w = *state;
	const char *email = arena_format(w->arena, "%s@example.com", fresh(w)), *id;

	as(w, NULL);
	call(w, POST, "/v1/auth/signup",
	    arena_format(w->arena,
		"{\"email\":\"%s\",\"password\":\"correct horse battery\",\"name\":\"Ada\",\"region\":\"DE\","
		"\"device_type\":\"tv\"}",
		email));
	then_status(w, 201);
	id = given_sql(w, arena_format(w->arena, "SELECT id FROM auth.user WHERE email = '%s'", email));
	given_desk(w);
	call(w, GET, arena_format(w->arena, "/v1/clients/%s", id), NULL);
	then_status(w, 200);
	then_field(w, "/email", email);
	then_field(w, "/name", "Ada");
	then_field(w, "/region", "DE");
	then_field(w, "/plan", "premium");
	call(w, GET, "/v1/clients?limit=1", NULL);
	then_field(w, "/data/0/email", email);
	given_operator(w, "remover", "user.write");
	as(w, "remover");
	call(w, DELETE, arena_format(w->arena, "/v1/users/%s", id), NULL);
	then_status(w, 204);
	as(w, "desk");
	call(w, GET, arena_format(w->arena, "/v1/clients/%s", id), NULL);
	then_problem(w, 404, "not-found");
}

static void
a_client_is_made_once(void **state)
{
	struct world *w = *state;

	given_desk(w);
	given_client(w, "ada", "DE", "tv");
	call(w, POST, "/v1/clients", arena_format(w->arena, "{\"user\":\"%s\"}", id_of(w, "ada")));
	then_problem(w, 409, "conflict");
	then_error(w, "/user");
}

static void
only_users_become_clients(void **state)
{
	struct world *w = *state;
	const char *account = fresh(w);

	given_desk(w);
	call(w, POST, "/v1/clients", "{\"user\":\"" NOBODY "\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/user");
	given_sql(w, arena_format(w->arena, "SELECT party.party_add(ARRAY['%s'::uuid], 'account')", account));
	call(w, POST, "/v1/clients", arena_format(w->arena, "{\"user\":\"%s\"}", account));
	then_problem(w, 422, "invalid");
	then_error(w, "/user");
	call(w, POST, "/v1/clients", "{}");
	then_problem(w, 422, "invalid");
	then_error(w, "/user");
	call(w, POST, "/v1/clients", "{\"user\":\"" NOBODY "\",\"plan\":\"premium\"}");
	then_problem(w, 422, "invalid");
	then_error(w, "/plan");
}

static void
a_client_is_removed_with_its_subscription(void **state)
{
	struct world *w = *state;
	const char *left;

	given_desk(w);
	given_client(w, "ada", "DE", "tv");
	call(w, DELETE, "/v1/clients/ada", NULL);
	then_status(w, 204);
	left = given_sql(w, arena_format(w->arena,
				"SELECT (SELECT count(*) FROM client.client WHERE id = '%1$s')"
				" + (SELECT count(*) FROM subscription.subscription WHERE client = '%1$s')",
				id_of(w, "ada")));
	assert_string_equal(left, "0");
	call(w, GET, "/v1/clients/ada", NULL);
	then_problem(w, 404, "not-found");
	call(w, DELETE, "/v1/clients/ada", NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/clients/ada/history", NULL);
	then_status(w, 200);
	then_field(w, "/data/0/what", "removed");
	then_field(w, "/data/1/what", "started");
}

static void
what_happens_to_clients_is_told(void **state)
{
	struct world *w = *state;
	const char *told;

	given_desk(w);
	given_client(w, "ada", "DE", "tv");
	call(w, DELETE, "/v1/clients/ada", NULL);
	told = given_sql(
	    w, arena_format(w->arena,
		   "SELECT string_agg(type, ' ' ORDER BY at, type) FROM (SELECT type, occurred_at, owner FROM event.log"
		   " UNION ALL SELECT type, occurred_at, owner FROM event.outbox) AS e (type, at, owner) WHERE owner = "
		   "'%s'"
		   " AND (type LIKE 'client.%%' OR type LIKE 'subscription.%%')",
		   id_of(w, "ada")));
	assert_string_equal(told, "client.created subscription.started client.removed subscription.removed");
}

static void
a_client_sees_itself_and_nobody_else(void **state)
{
	struct world *w = *state;

	given_desk(w);
	given_client(w, "ada", "DE", "tv");
	given_client(w, "bob", "DE", "tv");
	as(w, "ada");
	call(w, GET, "/v1/clients/ada", NULL);
	then_status(w, 200);
	call(w, GET, "/v1/clients/bob", NULL);
	then_problem(w, 404, "not-found");
	call(w, GET, "/v1/clients/" NOBODY, NULL);
	then_problem(w, 404, "not-found");
}

static void
only_operators_administer_clients(void **state)
{
	struct world *w = *state;

	given_desk(w);
	given_client(w, "ada", "DE", "tv");
	given_operator(w, "reader", "client.read");
	as(w, "ada");
	call(w, GET, "/v1/clients", NULL);
	then_problem(w, 403, "forbidden");
	call(w, GET, "/v1/clients/stats", NULL);
	then_problem(w, 403, "forbidden");
	call(w, GET, "/v1/clients/ada/history", NULL);
	then_problem(w, 403, "forbidden");
	call(w, DELETE, "/v1/clients/ada", NULL);
	then_problem(w, 403, "forbidden");
	call(w, POST, "/v1/clients", "{\"user\":\"" NOBODY "\"}");
	then_problem(w, 403, "forbidden");
	as(w, "reader");
	call(w, DELETE, "/v1/clients/ada", NULL);
	then_problem(w, 403, "forbidden");
	as(w, NULL);
	call(w, GET, "/v1/clients/ada", NULL);
	then_problem(w, 401, "unauthenticated");
}

/* Walks a list in pages of two; how many rows there are. */
static int
walked(struct world *w, const char *query)
{
	const char *path = arena_format(w->arena, "/v1/clients?limit=2%s", query);
	int rows = 0;

	for (const char *cursor = ""; cursor != NULL;) {
		call(w, GET, path, NULL);
		then_status(w, 200);
		while (answer_field(&w->answer, arena_format(w->arena, "/data/%d/id", rows % 2)) != NULL) {
			rows++;
			if (rows % 2 == 0)
				break;
		}
		cursor = answer_field(&w->answer, "/next_cursor");
		if (cursor != NULL)
			path = arena_format(w->arena, "/v1/clients?limit=2%s&cursor=%s", query, cursor);
	}
	return rows;
}

static void
clients_are_listed_by_region_and_device_type(void **state)
{
	struct world *w = *state;
	const char *region = fresh(w), *device = fresh(w);

	given_desk(w);
	given_client(w, "a", region, device);
	given_client(w, "b", region, device);
	given_client(w, "c", region, device);
	given_client(w, "d", region, "tv");
	given_client(w, "e", "DE", device);
	assert_int_equal(walked(w, arena_format(w->arena, "&region=%s", region)), 4);
	assert_int_equal(walked(w, arena_format(w->arena, "&device_type=%s", device)), 4);
	assert_int_equal(walked(w, arena_format(w->arena, "&region=%s&device_type=%s", region, device)), 3);
	assert_int_equal(walked(w, arena_format(w->arena, "&region=%s", fresh(w))), 0);
	call(w, GET, arena_format(w->arena, "/v1/clients?region=%s&limit=1", region), NULL);
	then_field(w, "/data/0/id", id_of(w, "d"));
	then_field(w, "/data/0/region", capitals(w, region));
	call(w, GET, "/v1/clients?limit=1", NULL);
	then_field(w, "/data/0/id", id_of(w, "e"));
	call(w, GET, "/v1/clients?country=DE", NULL);
	then_problem(w, 422, "invalid");
}

/* The number of a plan's row for a day; 0 where there is none. */
static long
counted(struct world *w, const char *day, const char *plan, const char *member)
{
	for (int i = 0;; i++) {
		const char *row_day = answer_field(&w->answer, arena_format(w->arena, "/days/%d/day", i));
		const char *row_plan = answer_field(&w->answer, arena_format(w->arena, "/days/%d/plan", i));

		if (row_day == NULL)
			return 0;
		if (strcmp(row_day, day) == 0 && strcmp(row_plan, plan) == 0)
			return strtol(
			    answer_field(&w->answer, arena_format(w->arena, "/days/%d/%s", i, member)), NULL, 10);
	}
}

static void
clients_are_counted_by_plan_and_day(void **state)
{
	struct world *w = *state;
	const char *day = given_sql(w, "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')");
	long before, before_removed;

	given_desk(w);
	call(w, GET, "/v1/clients/stats", NULL);
	then_status(w, 200);
	before = counted(w, day, "premium", "started");
	before_removed = counted(w, day, "premium", "removed");
	given_client(w, "ada", "DE", "tv");
	given_client(w, "bob", "DE", "tv");
	call(w, DELETE, "/v1/clients/bob", NULL);
	then_status(w, 204);
	call(w, GET, "/v1/clients/stats", NULL);
	then_status(w, 200);
	assert_int_equal(counted(w, day, "premium", "started"), before + 2);
	assert_int_equal(counted(w, day, "premium", "removed"), before_removed + 1);
	call(w, GET, "/v1/clients/stats?since=2020-01-01T00:00:00Z&until=2020-02-01T00:00:00Z", NULL);
	then_count(w, "/days", 0);
	call(w, GET, "/v1/clients/stats?since=2020-01-01T00:00:00Z&until=2020-01-01T00:00:00Z", NULL);
	then_problem(w, 422, "invalid");
	call(w, GET, "/v1/clients/stats?since=2000-01-01T00:00:00Z", NULL);
	then_problem(w, 422, "invalid");
	then_error(w, "?since");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		api_test(a_client_is_made_with_the_subscription_that_the_rules_pick),
		api_test(an_unknown_region_and_device_type_get_a_plan_too),
		api_test(whoever_signs_up_is_a_client_until_the_user_is_removed),
		api_test(a_client_is_made_once),
		api_test(only_users_become_clients),
		api_test(a_client_is_removed_with_its_subscription),
		api_test(what_happens_to_clients_is_told),
		api_test(a_client_sees_itself_and_nobody_else),
		api_test(only_operators_administer_clients),
		api_test(clients_are_listed_by_region_and_device_type),
		api_test(clients_are_counted_by_plan_and_day),
	};

	return run_world(tests);
}
