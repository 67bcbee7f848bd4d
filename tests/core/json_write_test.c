/* json_write_test.c -- whatever goes in, JSON comes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/json/check.h"
#include "core/json/write.h"

static struct arena *arena;
static struct buffer out;
static struct json_writer writer;

static void
commas_stand_where_they_must(void **state)
{
	(void)state;
	json_begin(&writer, '{');
	json_name(&writer, "a");
	json_number(&writer, 1);
	json_name(&writer, "list");
	json_begin(&writer, '[');
	json_text(&writer, "x");
	json_begin(&writer, '{');
	json_end(&writer, '}');
	json_begin(&writer, '[');
	json_end(&writer, ']');
	json_boolean(&writer, true);
	json_boolean(&writer, false);
	json_null(&writer);
	json_raw(&writer, "{\"raw\":1}");
	json_end(&writer, ']');
	json_name(&writer, "z");
	json_text(&writer, NULL);
	json_end(&writer, '}');
	assert_string_equal(out.data, "{\"a\":1,\"list\":[\"x\",{},[],true,false,null,{\"raw\":1}],\"z\":null}");
}

static void
text_is_escaped_as_json_wants_it(void **state)
{
	(void)state;
	json_text(&writer, "\"\\/\b\f\n\r\t\x01\x1f\x7f é€😀 \xE2\x80\xA8");
	assert_string_equal(out.data, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f é€😀 \xE2\x80\xA8\"");
}

static void
bytes_that_are_not_utf8_become_the_replacement_character(void **state)
{
	(void)state;
	json_text_length(&writer, "a\xff\xC3(\xED\xA0\x80", 7);
	assert_string_equal(out.data, "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void
numbers_are_exact_to_their_ends(void **state)
{
	(void)state;
	json_begin(&writer, '[');
	json_number(&writer, INT64_MIN);
	json_number(&writer, -1);
	json_number(&writer, 0);
	json_number(&writer, INT64_MAX);
	json_end(&writer, ']');
	assert_string_equal(out.data, "[-9223372036854775808,-1,0,9223372036854775807]");
}

static void
ids_and_instants_are_text(void **state)
{
	(void)state;
	json_begin(&writer, '[');
	json_uuid(&writer, (struct uuid){ { 1, 2, 3 } });
	json_instant(&writer, (struct instant){ 0 });
	json_end(&writer, ']');
	assert_string_equal(out.data, "[\"01020300-0000-0000-0000-000000000000\",\"1970-01-01T00:00:00Z\"]");
}

static void
random_bytes_become_valid_json(void **state)
{
	struct json_fault fault;
	char bytes[64];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		/* U+0000 is escaped by the writer and refused by the checker: the house has no text with NUL. */
		env_random(&env_system, bytes, sizeof(bytes));
		for (size_t j = 0; j < sizeof(bytes); j++)
			if (bytes[j] == 0)
				bytes[j] = 1;
		buffer_clear(&out);
		json_writer_init(&writer, &out);
		json_text_length(&writer, bytes, env_random_below(&env_system, sizeof(bytes) + 1));
		assert_true(json_check(arena, out.data, out.length, &fault));
	}
}

static int
open_writer(void **state)
{
	(void)state;
	arena = arena_new();
	buffer_init(&out, arena);
	json_writer_init(&writer, &out);
	return 0;
}

static int
close_writer(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

#define WRITER_TEST(test) cmocka_unit_test_setup_teardown(test, open_writer, close_writer)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WRITER_TEST(commas_stand_where_they_must),
		WRITER_TEST(text_is_escaped_as_json_wants_it),
		WRITER_TEST(bytes_that_are_not_utf8_become_the_replacement_character),
		WRITER_TEST(numbers_are_exact_to_their_ends),
		WRITER_TEST(ids_and_instants_are_text),
		WRITER_TEST(random_bytes_become_valid_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
