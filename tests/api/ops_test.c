/* ops_test.c -- what the platform says about itself, through nginx. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "tests/api/kit/raw.h"
#include "tests/api/kit/world.h"

static void
health_answers_anyone(void **state)
{
	struct world *w = *state;

	call(w, GET, "/health", NULL);
	then_status(w, 200);
	then_field(w, "/status", "up");
	then_within(w, 1);
}

static void
health_of_an_area_names_it(void **state)
{
	struct world *w = *state;

	call(w, GET, "/health/ops", NULL);
	then_status(w, 200);
	then_field(w, "/area", "ops");
}

/* Mails and the first start name it; what it loads must be there, and of the types that browsers insist on. */
static void
the_page_that_opens_links_is_there(void **state)
{
	struct world *w = *state;

	get_raw(w, "/console/", "");
	then_status(w, 200);
	then_header(w, "content-type", "text/html; charset=utf-8");
	get_raw(w, "/console/page.js", "");
	then_status(w, 200);
	then_header(w, "content-type", "text/javascript; charset=utf-8");
	get_raw(w, "/console/page.css", "");
	then_status(w, 200);
	then_header(w, "content-type", "text/css; charset=utf-8");
}

static void
health_of_an_unknown_area_is_not_found(void **state)
{
	struct world *w = *state;

	call(w, GET, "/health/nowhere", NULL);
	then_problem(w, 404, "not-found");
}

static void
every_answer_bears_a_request_id(void **state)
{
	struct world *w = *state;

	call(w, GET, "/health", NULL);
	then_has_header(w, "x-request-id");
	call(w, GET, "/nowhere", NULL);
	then_has_header(w, "x-request-id");
	then_field(w, "/instance", answer_header(&w->answer, "x-request-id"));
}

static void
a_request_id_is_ours_and_not_the_clients(void **state)
{
	struct world *w = *state;

	call_with(w, GET, "/health", NULL, "X-Request-Id: chosen-by-the-client");
	then_status(w, 200);
	assert_string_not_equal(answer_header(&w->answer, "x-request-id"), "chosen-by-the-client");
}

static void
readiness_tells_the_migration(void **state)
{
	struct world *w = *state;

	call(w, GET, "/ready", NULL);
	then_status(w, 200);
	then_field(w, "/status", "ready");
}

/* Whether the access log's line about the latest answer names a process of PostgreSQL's. */
static bool
backend_is_logged(struct world *w)
{
	const char *id = answer_header(&w->answer, "x-request-id"), *named = NULL;
	FILE *log = fopen(arena_format(w->arena, "%s/log/access.log", w->config->global.state_dir), "re");
	char *line = NULL;
	size_t size = 0;

	assert_non_null(log);
	while (named == NULL && getline(&line, &size, log) > 0)
		if (strstr(line, id) != NULL)
			named = strstr(line, "\"backend\":\"");
	fclose(log);
	size = named != NULL ? strspn(named + strlen("\"backend\":\""), "0123456789") : 0;
	free(line);
	return size > 0;
}

static void
the_access_log_alone_tells_which_backend_worked(void **state)
{
	struct world *w = *state;
	bool logged = false;

	call(w, GET, "/ready", NULL);
	then_status(w, 200);
	then_no_header(w, "x-backend");
	for (int i = 0; i < 100 && !(logged = backend_is_logged(w)); i++)
		usleep(10000); /* the line comes behind the answer */
	assert_true(logged);
}

static void
readiness_costs_one_connection_however_often_it_is_asked(void **state)
{
	struct world *w = *state;
	const char *before, *after;

	call(w, GET, "/ready", NULL);
	before = given_sql(w, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'stoa_ops'");
	for (int i = 0; i < 30; i++)
		call(w, GET, "/ready", NULL);
	after = given_sql(w, "SELECT count(*) FROM pg_stat_activity WHERE usename = 'stoa_ops'");
	/* At most one for each worker of the pool, and never one for each probe. */
	assert_true(strtol(after, NULL, 10) <= strtol(before, NULL, 10) + 4);
}

static void
version_is_told(void **state)
{
	struct world *w = *state;

	call(w, GET, "/version", NULL);
	then_status(w, 200);
	assert_non_null(answer_field(&w->answer, "/version"));
	assert_non_null(answer_field(&w->answer, "/migration"));
}

static void
the_reference_describes_itself(void **state)
{
	struct world *w = *state;

	call(w, GET, "/openapi.json", NULL);
	then_status(w, 200);
	then_field(w, "/openapi", "3.1.0");
	assert_non_null(answer_field(&w->answer, "/paths/~1openapi.json/get/summary"));
	assert_non_null(answer_field(&w->answer, "/paths/~1v1~1pools/get/summary"));
}

/* Built from the tables, installed, served: three copies of one truth. */
static void
the_reference_is_the_programs_own(void **state)
{
	struct world *w = *state;
	const char *stoad = getenv("STOA_TEST_STOAD");
	char *printed = NULL;
	size_t size = 0;
	FILE *program;

	if (stoad == NULL)
		skip();
	program = popen(arena_format(w->arena, "'%s' --openapi", stoad), "r");
	assert_non_null(program);
	assert_true(getdelim(&printed, &size, '\0', program) > 0);
	pclose(program);
	call(w, GET, "/openapi.json", NULL);
	assert_string_equal((const char *)w->answer.body.data, printed);
	free(printed);
}

static void
metrics_are_clean(void **state)
{
	struct world *w = *state;
	FILE *promtool;

	call(w, GET, "/metrics", NULL);
	then_status(w, 200);
	then_body_contains(w, "stoa_database_flushes_total");
	if (system("command -v promtool >/dev/null") != 0)
		skip();
	promtool = popen("promtool check metrics >&2", "w");
	assert_non_null(promtool);
	fwrite(w->answer.body.data, 1, w->answer.body.length, promtool);
	assert_int_equal(pclose(promtool), 0);
}

static void
pools_are_for_operators(void **state)
{
	struct world *w = *state;

	call(w, GET, "/v1/pools", NULL);
	then_problem(w, 401, "unauthenticated");
	given_user(w, "ada");
	as(w, "ada");
	call(w, GET, "/v1/pools", NULL);
	then_problem(w, 403, "forbidden");
}

static void
an_operator_sees_every_pool(void **state)
{
	struct world *w = *state;

	given_operator(w, "root", "ops.read");
	as(w, "root");
	call(w, GET, "/v1/pools", NULL);
	then_status(w, 200);
	then_body_contains(w, "\"pool\":\"ops\"");
	then_body_contains(w, "\"pool\":\"limits\"");
}

static void
an_operator_of_something_else_is_refused(void **state)
{
	struct world *w = *state;

	given_operator(w, "clerk", "user.read");
	as(w, "clerk");
	call(w, GET, "/v1/warnings", NULL);
	then_problem(w, 403, "forbidden");
}

static void
an_untrusted_proxy_is_warned_of(void **state)
{
	struct world *w = *state;

	given_operator(w, "root", "ops.read");
	as(w, "root");
	call_with(w, GET, "/health", NULL, "X-Forwarded-For: 203.0.113.9");
	call(w, GET, "/v1/warnings", NULL);
	then_status(w, 200);
	then_body_contains(w, "proxy-untrusted");
}

static void
another_host_is_warned_of(void **state)
{
	struct world *w = *state;

	given_operator(w, "root", "ops.read");
	as(w, "root");
	call_with(w, GET, "/health", NULL, "Host: elsewhere.example");
	call(w, GET, "/v1/warnings", NULL);
	then_body_contains(w, "host-unexpected");
}

static void
jobs_that_wait_too_long_are_warned_of(void **state)
{
	struct world *w = *state;

	given_operator(w, "root", "ops.read");
	as(w, "root");
	given_sql(w, "SELECT queue.enqueue(gen_random_uuid(), 'nobody.runs-this', '{}', NULL, NULL, now() - interval "
		     "'2 min', NULL)");
	call(w, GET, "/v1/warnings", NULL);
	then_status(w, 200);
	then_body_contains(w, "jobs-late");
	given_sql(w, "DELETE FROM queue.job WHERE kind = 'nobody.runs-this'");
}

static const struct CMUnitTest ops_tests[] = {
	api_test(health_answers_anyone),
	api_test(health_of_an_area_names_it),
	api_test(the_page_that_opens_links_is_there),
	api_test(health_of_an_unknown_area_is_not_found),
	api_test(every_answer_bears_a_request_id),
	api_test(a_request_id_is_ours_and_not_the_clients),
	api_test(readiness_tells_the_migration),
	api_test(the_access_log_alone_tells_which_backend_worked),
	api_test(readiness_costs_one_connection_however_often_it_is_asked),
	api_test(version_is_told),
	api_test(the_reference_describes_itself),
	api_test(the_reference_is_the_programs_own),
	api_test(metrics_are_clean),
	api_test(pools_are_for_operators),
	api_test(an_operator_sees_every_pool),
	api_test(an_operator_of_something_else_is_refused),
	api_test(an_untrusted_proxy_is_warned_of),
	api_test(another_host_is_warned_of),
	api_test(jobs_that_wait_too_long_are_warned_of),
};

int
main(void)
{
	return run_world(ops_tests);
}
