/* audit_test.c -- who did what, to what, from where: written of each change and each refusal, sealed a second later. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/platform.h"
#include "tests/api/kit/world.h"

static const char *
sql(struct world *w, const char *format, const char *argument)
{
	return given_sql(w, arena_format(w->arena, "%s'%s'", format, argument));
}

/* Of somebody's latest row, sealed or not. */
static const char *
latest(struct world *w, const char *who, const char *column)
{
	return sql(w,
	    arena_format(w->arena,
		"SELECT %s FROM (SELECT number, party, route, subject, what, status, problem, address, request, times"
		" FROM audit.inbox UNION ALL SELECT number, party, route, subject, what, status, problem, address,"
		" request, times FROM audit.entry ORDER BY number DESC) r WHERE party = ",
		column),
	    id_of(w, who));
}

static long
rows_of(struct world *w, const char *who)
{
	return strtol(latest(w, who, "count(*)"), NULL, 10);
}

static void
a_change_is_written_down(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	then_status(w, 201);
	name_it(w, "milk");
	assert_int_equal(rows_of(w, "ada"), 1);
	assert_string_equal(latest(w, "ada", "route"), "POST /v1/notes");
	assert_string_equal(latest(w, "ada", "subject"), id_of(w, "milk"));
	assert_string_equal(latest(w, "ada", "status"), "201");
	assert_string_equal(latest(w, "ada", "request"), answer_header(&w->answer, "x-request-id"));
	assert_string_equal(latest(w, "ada", "address"), "127.0.0.1");
	assert_null(latest(w, "ada", "problem"));
}

/* Every change that the sample area has, done and refused; what only reads leaves nothing. */
static void
no_route_forgets(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
	name_it(w, "milk");
	call_with(w, PATCH, "/v1/notes/milk", "{\"text\":\"oats\"}", "If-Match: \"1\"");
	assert_string_equal(latest(w, "ada", "route"), "PATCH /v1/notes/{id}");
	call(w, POST, "/v1/notes/milk/publish", NULL);
	assert_string_equal(latest(w, "ada", "route"), "POST /v1/notes/{id}/publish");
	call(w, POST, "/v1/notes/milk/publish", NULL);
	assert_string_equal(latest(w, "ada", "problem"), "conflict");
	call_with(w, PATCH, "/v1/notes/milk", "{\"text\":\"oats\"}", "If-Match: \"1\"");
	assert_string_equal(latest(w, "ada", "problem"), "precondition-failed");
	call(w, POST, "/v1/notes", "{\"text\":\"\"}");
	assert_string_equal(latest(w, "ada", "problem"), "invalid");
	call(w, DELETE, "/v1/notes/milk", NULL);
	assert_string_equal(latest(w, "ada", "route"), "DELETE /v1/notes/{id}");
	assert_string_equal(latest(w, "ada", "status"), "204");
	call(w, DELETE, "/v1/notes/milk", NULL);
	assert_string_equal(latest(w, "ada", "problem"), "not-found");
	assert_string_equal(latest(w, "ada", "subject"), id_of(w, "milk"));
	assert_int_equal(rows_of(w, "ada"), 8);
	call(w, GET, "/v1/notes", NULL);
	call(w, GET, "/v1/notes/milk", NULL);
	call(w, POST, "/v1/sample/count", "{\"text\":\"abc\"}");
	assert_int_equal(rows_of(w, "ada"), 8);
}

static void
a_refusal_that_is_kept_has_one_row(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	for (int i = 0; i < 3; i++) {
		call_with(w, DELETE, "/v1/notes/0190b5a0-0000-7000-8000-000000000000", NULL, "X-Any: thing");
		call_with(
		    w, POST, "/v1/notes/0190b5a0-0000-7000-8000-000000000000/publish", NULL, "Idempotency-Key: once");
		then_problem(w, 404, "not-found");
	}
	/* Three deletions; one publication, whose repeats were answered from what was kept. */
	assert_int_equal(rows_of(w, "ada"), 4);
}

static void
a_repeat_leaves_no_second_row(void **state)
{
	struct world *w = *state;

	given_user(w, "ada");
	as(w, "ada");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: once");
	call_with(w, POST, "/v1/notes", "{\"text\":\"milk\"}", "Idempotency-Key: once");
	then_header(w, "idempotency-replayed", "true");
	assert_int_equal(rows_of(w, "ada"), 1);
}

static void
nobody_writes_over_it(void **state)
{
	static const char *const attempts[] = {
		"UPDATE audit.entry SET status = 200",
		"DELETE FROM audit.entry",
		"TRUNCATE audit.entry",
		"UPDATE audit.seal SET kid = kid",
		"DELETE FROM audit.seal",
		"TRUNCATE audit.seal",
		"UPDATE audit.inbox SET status = 200",
		"TRUNCATE audit.inbox",
		"INSERT INTO audit.inbox (at, route, status, times, hash) VALUES (now(), 'x', 1, 1, ''); DELETE FROM "
		"audit.inbox WHERE route = 'x'",
	};
	struct world *w = *state;

	given_sql(w, "SELECT 1");
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		PGresult *result = PQexec(w->admin, arena_format(w->arena, "BEGIN; %s; COMMIT", attempts[i]));

		if (PQresultStatus(result) == PGRES_COMMAND_OK ||
		    strcmp(PQresultErrorField(result, PG_DIAG_SQLSTATE), "42501") != 0)
			fail_msg("%s: %s", attempts[i], PQresultErrorMessage(result));
		PQclear(result);
		PQclear(PQexec(w->admin, "ROLLBACK"));
	}
}

static const char *
unsealed(struct world *w, const char *who)
{
	return sql(w, "SELECT count(*) FROM audit.inbox WHERE party = ", id_of(w, who));
}

static void
a_row_is_sealed_within_a_second(void **state)
{
	struct world *w = *state;
	int64_t began;

	given_user(w, "ada");
	as(w, "ada");
	for (int i = 0; i < 5; i++) {
		call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
		then_status(w, 201);
		began = env_monotonic(&env_system);
		while (strcmp(unsealed(w, "ada"), "0") != 0)
			if (env_monotonic(&env_system) - began > SECOND)
				fail_msg("not sealed after a second");
	}
	assert_string_equal(
	    sql(w,
		"SELECT count(*) FROM audit.entry e JOIN audit.seal s ON e.position BETWEEN s.first AND "
		"s.last WHERE party = ",
		id_of(w, "ada")),
	    "5");
}

/* Nobody is signed in: counted, and written as one row when the interval (a second here) is over. */
static void
refusals_of_nobody_are_counted(void **state)
{
	struct world *w = *state;
	const char *route = "PATCH /v1/notes/{id}";
	int64_t began;
	const char *times;

	as(w, NULL);
	for (int i = 0; i < 30; i++) {
		call(w, PATCH, "/v1/notes/0190b5a0-0000-7000-8000-000000000000", "{\"text\":\"milk\"}");
		then_problem(w, 401, "unauthenticated");
	}
	began = env_monotonic(&env_system);
	do {
		times = sql(w,
		    "SELECT coalesce(sum(times), 0) FROM audit.entry WHERE party IS NULL AND problem = "
		    "'unauthenticated'"
		    " AND address = '127.0.0.1' AND request IS NULL AND at > now() - interval '20 seconds' AND route "
		    "= ",
		    route);
		if (env_monotonic(&env_system) - began > 8 * SECOND)
			fail_msg("%s of 30 refusals were written", times);
	} while (strcmp(times, "30") != 0);
	assert_true(
	    strtol(sql(w,
		       "SELECT count(*) FROM audit.entry WHERE party IS NULL AND at > now() - interval '20 seconds'"
		       " AND route = ",
		       route),
		NULL, 10) <= 12);
}

/* ---- reading */

static void
wait_until_sealed(struct world *w, const char *who)
{
	const int64_t until = env_monotonic(&env_system) + 3 * SECOND;

	while (strcmp(unsealed(w, who), "0") != 0)
		if (env_monotonic(&env_system) > until)
			fail_msg("not sealed");
}

static void
given_deeds_of_ada(struct world *w)
{
	given_user(w, "ada");
	as(w, "ada");
	for (int i = 0; i < 3; i++) {
		call(w, POST, "/v1/notes", "{\"text\":\"milk\"}");
		name_it(w, arena_format(w->arena, "note-%d", i));
	}
	call(w, DELETE, "/v1/notes/note-1", NULL);
	call(w, DELETE, "/v1/notes/note-1", NULL);
	wait_until_sealed(w, "ada");
}

static void
operators_read_it_newest_first(void **state)
{
	struct world *w = *state;

	given_deeds_of_ada(w);
	given_operator(w, "auditor", "audit.read");
	as(w, "auditor");
	call(w, GET, arena_format(w->arena, "/v1/audit?party=%s", id_of(w, "ada")), NULL);
	then_status(w, 200);
	then_count(w, "/data", 5);
	then_field(w, "/data/0/route", "DELETE /v1/notes/{id}");
	then_field(w, "/data/0/problem", "not-found");
	then_field(w, "/data/0/status", "404");
	then_field(w, "/data/1/status", "204");
	then_no_field(w, "/data/1/problem");
	then_field(w, "/data/1/subject", id_of(w, "note-1"));
	then_field(w, "/data/4/subject", id_of(w, "note-0"));
	then_field(w, "/data/4/party", id_of(w, "ada"));
}

static void
filters_go_together(void **state)
{
	struct world *w = *state;
	const char *ada, *note, *middle;

	given_deeds_of_ada(w);
	ada = id_of(w, "ada");
	note = id_of(w, "note-1");
	given_operator(w, "auditor", "audit.read");
	as(w, "auditor");
	call(w, GET, arena_format(w->arena, "/v1/audit?subject=%s", note), NULL);
	then_count(w, "/data", 3);
	middle = answer_field(&w->answer, "/data/1/at");
	call(w, GET, arena_format(w->arena, "/v1/audit?subject=%s&route=DELETE%%20/v1/notes/%%7Bid%%7D", note), NULL);
	then_count(w, "/data", 2);
	call(w, GET, arena_format(w->arena, "/v1/audit?subject=%s&party=%s", note, id_of(w, "auditor")), NULL);
	then_count(w, "/data", 0);
	call(w, GET, arena_format(w->arena, "/v1/audit?party=%s&route=POST%%20/v1/notes", ada), NULL);
	then_count(w, "/data", 3);
	call(w, GET, arena_format(w->arena, "/v1/audit?party=%s&until=%s", ada, middle), NULL);
	then_count(w, "/data", 3);
	call(w, GET, arena_format(w->arena, "/v1/audit?party=%s&from=%s", ada, middle), NULL);
	then_count(w, "/data", 2);
	call(w, GET, arena_format(w->arena, "/v1/audit?from=%s&until=%s", middle, middle), NULL);
	then_count(w, "/data", 0);
}

static void
it_is_walked_by_its_cursor(void **state)
{
	struct world *w = *state;
	const char *path, *cursor = "";
	int pages = 0;

	given_deeds_of_ada(w);
	given_operator(w, "auditor", "audit.read");
	as(w, "auditor");
	path = arena_format(w->arena, "/v1/audit?limit=2&party=%s", id_of(w, "ada"));
	for (; cursor != NULL; pages++) {
		call(w, GET, *cursor == '\0' ? path : arena_format(w->arena, "%s&cursor=%s", path, cursor), NULL);
		then_count(w, "/data", pages < 2 ? 2 : 1);
		cursor = answer_field(&w->answer, "/next_cursor");
	}
	assert_int_equal(pages, 3);
}

static void
it_is_for_operators(void **state)
{
	struct world *w = *state;

	call(w, GET, "/v1/audit", NULL);
	then_problem(w, 401, "unauthenticated");
	given_operator(w, "auditor", "audit.read");
	as(w, "auditor");
	call(w, GET, "/v1/audit/export", NULL);
	then_problem(w, 403, "forbidden");
	assert_string_equal(latest(w, "auditor", "route"), "GET /v1/audit/export");
	assert_string_equal(latest(w, "auditor", "problem"), "forbidden");
	given_user(w, "ada");
	as(w, "ada");
	call(w, GET, "/v1/audit", NULL);
	then_problem(w, 403, "forbidden");
	assert_int_equal(rows_of(w, "ada"), 0);
}

static void
an_export_starts_where_it_is_told(void **state)
{
	struct world *w = *state;
	const char *link;

	given_deeds_of_ada(w);
	given_operator(w, "auditor", "audit.export");
	as(w, "auditor");
	call(w, GET,
	    arena_format(w->arena, "/v1/audit/export?from=%s", given_sql(w, "SELECT max(last) FROM audit.seal")), NULL);
	then_status(w, 200);
	then_body_contains(w, "\"kind\" : \"key\"");
	then_body_contains(w, "\"kind\" : \"seal\"");
	link = answer_header(&w->answer, "link");
	assert_non_null(link);
	call(w, GET, "/v1/audit/export?from=999999999999", NULL);
	then_status(w, 200);
	then_no_header(w, "link");
	call(w, GET, "/v1/audit/export?from=0", NULL);
	then_problem(w, 422, "invalid");
	then_error(w, "?from");
}

static const struct CMUnitTest audit_tests[] = {
	api_test(a_change_is_written_down),
	api_test(no_route_forgets),
	api_test(a_refusal_that_is_kept_has_one_row),
	api_test(a_repeat_leaves_no_second_row),
	api_test(nobody_writes_over_it),
	api_test(a_row_is_sealed_within_a_second),
	api_test(refusals_of_nobody_are_counted),
	api_test(operators_read_it_newest_first),
	api_test(filters_go_together),
	api_test(it_is_walked_by_its_cursor),
	api_test(it_is_for_operators),
	api_test(an_export_starts_where_it_is_told),
};

static int
open_platform(void **state)
{
	return platform_open_with(
	    state, &(struct platform_wish){
		       .pools = "ops, sample, limits, audit",
		.settings = "\n[limits]\naddress = 6000000/1m\n\n[audit]\ncount_every = 1s\n",
		   });
}

int
main(void)
{
	return kit_run(audit_tests, sizeof(audit_tests) / sizeof(audit_tests[0]), "audit_tests", open_platform);
}
