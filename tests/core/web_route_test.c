/* web_route_test.c -- which row an address finds, and which rows may not exist. */
#include "tests/core/web_request.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/web/page.h"
#include "core/web/route_table.h"

static const struct problem *
nothing(struct request *req, struct reply *out)
{
	(void)req;
	return reply_no_content(out);
}

#define READS   .who = ANYONE, .limit = LIMIT_READ, .handler = nothing, .says = "Read"
#define CHANGES .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .handler = nothing, .says = "Change"

static const struct route routes[] = {
	{ GET, "/v1/things/{id}", READS },
	{ GET, "/v1/things/mine", READS },
	{ GET, "/v1/things", READS },
	{ POST, "/v1/things", CHANGES },
	{ DELETE, "/v1/things/{id}", CHANGES },
	{ GET, "/v1/{area}/things/{id}", READS },
	{ 0 },
};
static const struct area area = { .name = "thing", .says = "things", .routes = routes };

static int
build_table(void **state)
{
	const struct area *areas[] = { &area, NULL };

	(void)state;
	return route_table_build(areas, stderr) ? 0 : -1;
}

static void
an_address_finds_its_row(void **state)
{
	struct route_match match = route_find(GET, "/v1/things/42");

	(void)state;
	assert_ptr_equal(match.route, &routes[0]);
	assert_int_equal(match.value_count, 1);
	assert_memory_equal(match.values[0].data, "42", match.values[0].length);
	assert_ptr_equal(route_find(POST, "/v1/things").route, &routes[3]);
}

static void
a_literal_wins_over_a_name(void **state)
{
	(void)state;
	assert_ptr_equal(route_find(GET, "/v1/things/mine").route, &routes[1]);
}

static void
a_slash_at_the_end_is_another_address(void **state)
{
	(void)state;
	assert_null(route_find(GET, "/v1/things/").route);
	assert_int_equal(route_find(GET, "/v1/things/").methods, 0);
	assert_null(route_find(GET, "/").route);
	assert_null(route_find(GET, "").route);
	assert_null(route_find(GET, "/v1/Things").route);
	assert_null(route_find(GET, "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o").route);
}

static void
another_method_is_told_what_there_is(void **state)
{
	struct request *req = request_new();
	struct route_match match = route_find(PUT, "/v1/things/42");

	(void)state;
	assert_null(match.route);
	assert_string_equal(route_allow(req->arena, match.methods), "GET, HEAD, DELETE, OPTIONS");
	request_free(req);
}

static void
path_values_are_found_by_name(void **state)
{
	struct request *req = request_new();
	struct route_match match = route_find(GET, "/v1/blue/things/019b76da-a800-7c3e-8f21-5d0a9c1e4b72");

	(void)state;
	req->route = match.route;
	route_keep_values(req, &match);
	assert_string_equal(path_text(req, "area"), "blue");
	assert_int_equal(path_uuid(req, "id").bytes[0], 0x01);
	assert_true(uuid_is_zero(path_uuid(req, "area")));
	assert_string_equal(path_text(req, "other"), "");
	request_free(req);
}

/* Whether the rows are refused, with a line that names this. */
static bool
is_refused(const struct route *rows, const char *column)
{
	const struct area wrong = { .name = "wrong", .routes = rows };
	char *text = NULL;
	size_t size;
	FILE *complaints = open_memstream(&text, &size);
	bool right = route_rows_are_right(&wrong, complaints);
	bool named;

	fclose(complaints);
	named = strstr(text, column) != NULL && strstr(text, "area wrong: route") != NULL;
	free(text);
	return !right && named;
}

#define REFUSED(column, ...) assert_true(is_refused((const struct route[]){ { __VA_ARGS__ }, { 0 } }, column))

static void
an_unset_column_is_a_refused_start(void **state)
{
	(void)state;
	REFUSED(".who", GET, "/a", .limit = LIMIT_READ, .handler = nothing, .says = "x");
	REFUSED(".limit", GET, "/a", .who = ANYONE, .handler = nothing, .says = "x");
	REFUSED(".handler", GET, "/a", .who = ANYONE, .limit = LIMIT_READ, .says = "x");
	REFUSED(".says", GET, "/a", .who = ANYONE, .limit = LIMIT_READ, .handler = nothing);
	REFUSED(".idempotency", POST, "/a", .who = ANYONE, .limit = LIMIT_READ, .handler = nothing, .says = "x");
	REFUSED(".permission", GET, "/a", .who = OPERATOR, .limit = LIMIT_READ, .handler = nothing, .says = "x");
	REFUSED(".permission", GET, "/a", READS, .permission = "a.read");
	REFUSED(".method", METHOD_UNSET, "/a", READS);
}

static void
an_impossible_path_is_a_refused_start(void **state)
{
	(void)state;
	REFUSED(".path", GET, "a", READS);
	REFUSED(".path", GET, "/a/", READS);
	REFUSED(".path", GET, "/a//b", READS);
	REFUSED(".path", GET, "/a{id}", READS);
	REFUSED(".path", GET, "/{id}a", READS);
	REFUSED(".path", GET, "/{a}/{b}/{c}/{d}/{e}", READS);
	REFUSED(".path", GET, "/1/2/3/4/5/6/7/8/9/10/11/12/13", READS);
}

static void
twins_are_a_refused_start(void **state)
{
	static const struct route twins[] = { { GET, "/a/{id}", READS }, { GET, "/a/{name}", READS }, { 0 } };
	static const struct route others[] = { { GET, "/a/{id}", READS }, { DELETE, "/a/{name}", CHANGES }, { 0 } };

	(void)state;
	assert_true(is_refused(twins, "twice"));
	assert_true(is_refused(others, "otherwise"));
}

static void
a_list_needs_a_reply(void **state)
{
	static const struct page_key keys[] = { { 0 } };

	(void)state;
	REFUSED(".reply", GET, "/a", READS, .page = keys);
}

struct odd {
	struct list rows;
};
static const struct field odd_row[] = { SHAPE_END };
static const struct field odd[] = { LIST(struct odd, rows, struct odd, odd_row), SHAPE_END };

static void
a_query_holds_no_objects(void **state)
{
	(void)state;
	REFUSED(".query", GET, "/a", READS, .query = SHAPE(odd));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_finds_its_row),
		cmocka_unit_test(a_literal_wins_over_a_name),
		cmocka_unit_test(a_slash_at_the_end_is_another_address),
		cmocka_unit_test(another_method_is_told_what_there_is),
		cmocka_unit_test(path_values_are_found_by_name),
		cmocka_unit_test(an_unset_column_is_a_refused_start),
		cmocka_unit_test(an_impossible_path_is_a_refused_start),
		cmocka_unit_test(twins_are_a_refused_start),
		cmocka_unit_test(a_list_needs_a_reply),
		cmocka_unit_test(a_query_holds_no_objects),
	};

	return cmocka_run_group_tests(tests, build_table, NULL);
}
