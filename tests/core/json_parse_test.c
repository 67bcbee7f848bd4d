/* json_parse_test.c -- json-c behind the check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include <json-c/json_object.h>

#include "core/json/check.h"
#include "tests/core/arena_kit.h"

static struct json_object *
parsed(const char *text)
{
	struct json_fault fault;
	struct json_object *object = json_parse(arena, text, strlen(text), &fault);

	assert_null(fault.reason);
	return object;
}

static void
values_of_every_type_are_parsed(void **state)
{
	struct json_object *object =
			       parsed("{\"t\":\"\\u00e9\",\"n\":-12,\"d\":1.5,\"b\":true,\"z\":null,\"l\":[1,2]}"),
			   *member;

	(void)state;
	assert_true(json_object_object_get_ex(object, "t", &member));
	assert_string_equal(json_object_get_string(member), "é");
	assert_true(json_object_object_get_ex(object, "n", &member));
	assert_int_equal(json_object_get_type(member), json_type_int);
	assert_int_equal(json_object_get_int64(member), -12);
	assert_true(json_object_object_get_ex(object, "z", &member));
	assert_null(member);
	assert_int_equal(json_object_object_length(object), 6);
}

static void
bare_values_are_whole(void **state)
{
	(void)state;
	assert_int_equal(json_object_get_int64(parsed("123")), 123);
	assert_int_equal(json_object_get_int64(parsed(" -7 ")), -7);
	assert_string_equal(json_object_get_string(parsed("\"x\"")), "x");
	assert_true(json_object_get_boolean(parsed("true")));
	assert_null(parsed("null"));
}

static void
a_number_at_the_end_of_the_bytes_ends_there(void **state)
{
	struct json_fault fault;

	(void)state;
	assert_int_equal(json_object_get_int64(json_parse(arena, "123456", 3, &fault)), 123);
}

static void
what_the_check_refuses_is_not_parsed(void **state)
{
	static const char *const bad[] = { "{\"a\":1,\"a\":2}", "NaN", "'a'", "[1,]", "\"\\ud800\"", "\"\\u0000\"",
		"1 2" };
	struct json_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_null(json_parse(arena, bad[i], strlen(bad[i]), &fault));
		assert_non_null(fault.reason);
	}
}

static void
the_deepest_document_is_parsed(void **state)
{
	char text[2 * JSON_DEPTH_MAX + 1] = { 0 };

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_non_null(parsed(text));
}

/* The leak check of a sanitizer build is what judges this one. */
static void
objects_go_with_the_arena(void **state)
{
	(void)state;
	for (int i = 0; i < 1000; i++) {
		parsed("{\"a\":[1,2,3,{\"b\":\"text\"}]}");
		arena_reset(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_every_type_are_parsed),
		cmocka_unit_test(bare_values_are_whole),
		cmocka_unit_test(a_number_at_the_end_of_the_bytes_ends_there),
		cmocka_unit_test(what_the_check_refuses_is_not_parsed),
		cmocka_unit_test(the_deepest_document_is_parsed),
		cmocka_unit_test(objects_go_with_the_arena),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
