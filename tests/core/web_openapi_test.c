/* web_openapi_test.c -- the description says what the tables say, the same each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/web/openapi.h"
#include "core/web/page.h"
#include "core/web/route.h"

struct thing {
	struct uuid id;
	const char *name;
};
static const struct field thing[] = {
	UUID(struct thing, id, .required = true),
	TEXT(struct thing, name, .required = true, .min = 1, .max = 20, .doc = "As it is called."),
	SHAPE_END,
};
static const struct field other_thing[] = { UUID(struct thing, id), SHAPE_END };
static const struct page_key by_id[] = { PAGE_KEY(struct thing, id), { 0 } };
static const struct shape thing_shape = { "thing", thing, sizeof(struct thing) };
static const struct shape impostor_shape = { "thing", other_thing, sizeof(struct thing) };

static const struct problem *
nothing(struct request *req, struct reply *out)
{
	(void)req;
	return reply_no_content(out);
}

static const struct route routes[] = {
	{ GET, "/v1/things", .who = USER, .limit = LIMIT_READ, .reply = &thing_shape, .page = by_id, .handler = nothing,
	    .says = "List my things" },
	{ POST, "/v1/things", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &thing_shape,
	    .reply = &thing_shape, .status = 201, .handler = nothing, .says = "Make a thing" },
	{ PUT, "/v1/things/{id}", .who = OPERATOR, .permission = "thing.write", .limit = LIMIT_WRITE,
	    .idempotency = BY_NATURE, .if_match = true, .body = &thing_shape, .handler = nothing,
	    .says = "Change a thing" },
	{ 0 },
};
static const struct route impostors[] = {
	{ GET, "/v1/impostors", .who = ANYONE, .limit = LIMIT_READ, .reply = &impostor_shape, .handler = nothing,
	    .says = "Read another thing" },
	{ 0 },
};
static const struct route unset[] = { { GET, "/v1/open", .handler = nothing }, { 0 } };

static const struct area thing_area = { .name = "thing", .routes = routes };
static const struct area impostor_area = { .name = "impostor", .routes = impostors };
static const struct area unset_area = { .name = "unset", .routes = unset };

/* The document of these areas, or NULL with the complaints in *complaints_r (which the caller frees). */
static const char *
print(struct arena *arena, const struct area *const *areas, size_t count, char **complaints_r)
{
	struct area_row rows[2];
	struct house house = { .areas = rows, .area_count = count };
	const char *text;
	size_t size;
	FILE *complaints = open_memstream(complaints_r, &size);

	for (size_t i = 0; i < count; i++)
		rows[i] = (struct area_row){ .name = areas[i]->name, .says = "says", .area = areas[i] };
	text = openapi_print(arena, &house, complaints);
	fclose(complaints);
	return text;
}

static void
the_tables_become_a_document(void **state)
{
	static const char *const parts[] = { "\"openapi\": \"3.1.0\"", "\"/v1/things\"",
		"\"operationId\": \"post_v1_things\"", "\"$ref\": \"#/components/schemas/thing_page\"",
		"\"$ref\": \"#/components/schemas/thing_request\"",
		"\"$ref\": \"#/components/parameters/idempotency_key\"",
		"\"$ref\": \"#/components/parameters/if_match\"", "\"$ref\": \"#/components/responses/problem_428\"",
		"Needs the permission `thing.write`.", "\"As it is called.\"" };
	struct arena *arena = arena_new();
	const struct area *areas[] = { &thing_area };
	char *complaints;
	const char *text = print(arena, areas, 1, &complaints);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strstr(text, parts[i]) == NULL)
			fail_msg("the document lacks %s", parts[i]);
	assert_string_equal(text, print(arena, areas, 1, &complaints));
	free(complaints);
	arena_free(arena);
}

static void
then_it_is_refused(const struct area *const *areas, size_t count, const char *complaint)
{
	struct arena *arena = arena_new();
	char *complaints;

	assert_null(print(arena, areas, count, &complaints));
	assert_non_null(strstr(complaints, complaint));
	free(complaints);
	arena_free(arena);
}

static void
two_shapes_of_one_name_are_refused(void **state)
{
	const struct area *areas[] = { &thing_area, &impostor_area };

	(void)state;
	then_it_is_refused(areas, 2, "two different shapes are called \"thing\"");
}

static void
an_unset_column_is_refused(void **state)
{
	const struct area *areas[] = { &unset_area };

	(void)state;
	then_it_is_refused(areas, 1, ".who is not set");
}

static void
an_address_in_two_areas_is_refused(void **state)
{
	const struct area *areas[] = { &thing_area, &thing_area };

	(void)state;
	then_it_is_refused(areas, 2, "twice");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tables_become_a_document),
		cmocka_unit_test(two_shapes_of_one_name_are_refused),
		cmocka_unit_test(an_unset_column_is_refused),
		cmocka_unit_test(an_address_in_two_areas_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
