/* buffer_test.c -- text and bytes that grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/buffer.h"
#include "tests/core/arena_kit.h"

static void
an_empty_buffer_is_an_empty_string(void **state)
{
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, arena);
	assert_string_equal(buffer.data, "");
	buffer_add(&buffer, "", 0);
	buffer_text(&buffer, "");
	buffer_format(&buffer, "%s", "");
	buffer_clear(&buffer);
	assert_string_equal(buffer.data, "");
	assert_int_equal(buffer.length, 0);
}

static void
everything_added_is_there_in_order(void **state)
{
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, arena);
	for (int i = 0; i < 10000; i++) {
		buffer_format(&buffer, "%04d", i);
		buffer_char(&buffer, ',');
		buffer_text(&buffer, "x");
		/* Something in between, so that it must move. */
		if (i % 100 == 0)
			arena_alloc(arena, 8);
	}
	assert_int_equal(buffer.length, 60000);
	assert_int_equal(strlen(buffer.data), 60000);
	assert_memory_equal(buffer.data + 6 * 1234, "1234,x1235,x", 12);
}

static void
a_nul_stands_behind_what_was_written_into_the_room(void **state)
{
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, arena);
	memcpy(buffer_room(&buffer, 1000), "abc", 3);
	buffer.length += 3;
	assert_string_equal(buffer.data, "abc");
}

static void
a_cleared_buffer_shows_nothing_of_before(void **state)
{
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, arena);
	buffer_text(&buffer, "long text that was here");
	buffer_clear(&buffer);
	assert_string_equal(buffer.data, "");
	buffer_room(&buffer, 2)[0] = 'a';
	buffer.length += 1;
	assert_string_equal(buffer.data, "a");
}

static void
formats_longer_than_the_room_are_whole(void **state)
{
	struct buffer buffer;

	(void)state;
	for (int width = 235; width < 245; width++) {
		buffer_init(&buffer, arena);
		buffer_format(&buffer, "%*d", width, 1);
		assert_int_equal(buffer.length, width);
		buffer_format(&buffer, "%*d", width, 1);
		assert_int_equal(strlen(buffer.data), 2 * width);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_is_an_empty_string),
		cmocka_unit_test(everything_added_is_there_in_order),
		cmocka_unit_test(a_nul_stands_behind_what_was_written_into_the_room),
		cmocka_unit_test(a_cleared_buffer_shows_nothing_of_before),
		cmocka_unit_test(formats_longer_than_the_room_are_whole),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
