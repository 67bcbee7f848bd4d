/* config_ini_test.c -- the lines of an INI file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/config/ini.h"
#include "tests/core/arena_kit.h"

static struct ini_line
only_line(const char *text)
{
	struct ini_line line;
	struct ini ini;

	ini_init(&ini, arena, text, strlen(text));
	line = ini_next(&ini);
	assert_int_equal(ini_next(&ini).kind, INI_END);
	return line;
}

static void
then_pair(const char *text, const char *name, const char *value)
{
	struct ini_line line = only_line(text);

	assert_int_equal(line.kind, INI_PAIR);
	assert_string_equal(line.name, name);
	assert_string_equal(line.value, value);
}

static void
pairs_are_read_with_or_without_blanks(void **state)
{
	(void)state;
	then_pair("a=b", "a", "b");
	then_pair("  a.b-c_d =  e f  \r\n", "a.b-c_d", "e f");
	then_pair("a=", "a", "");
	then_pair("a = b = c", "a", "b = c");
}

static void
comments_end_values_only_behind_a_blank(void **state)
{
	(void)state;
	then_pair("a = b ; c", "a", "b");
	then_pair("a = b # c", "a", "b");
	then_pair("a = b;c#d", "a", "b;c#d");
	then_pair("a = ; c", "a", "");
	then_pair("# comment\n; comment\n\n   \n a = b", "a", "b");
}

static void
quoted_values_are_taken_as_they_stand(void **state)
{
	(void)state;
	then_pair("a = \" b # c \"", "a", " b # c ");
	then_pair("a = \"b\" ; c", "a", "b");
	then_pair("a = \"\\\"x\\\\\"", "a", "\"x\\");
	then_pair("a = \"\"", "a", "");
	then_pair("a = \"c:\\dir\"", "a", "c:\\dir");
}

static void
sections_are_named(void **state)
{
	struct ini_line line = only_line(" [ pool.queue-jobs ] ; the queue\n");

	(void)state;
	assert_int_equal(line.kind, INI_SECTION);
	assert_string_equal(line.name, "pool.queue-jobs");
}

static void
lines_are_counted(void **state)
{
	static const char text[] = "\n# x\n[a]\n\nb = 1\n";
	struct ini ini;

	(void)state;
	ini_init(&ini, arena, text, sizeof(text) - 1);
	assert_int_equal(ini_next(&ini).line, 3);
	assert_int_equal(ini_next(&ini).line, 5);
	assert_int_equal(ini_next(&ini).kind, INI_END);
}

static void
what_is_wrong_is_told_and_the_rest_is_read(void **state)
{
	static const char *const wrong[] = { "a", "[a", "[]", "[a b]", "[a] b", "= b", "a b = c", "a = \"b",
		"a = \"b\" c", "a = \xff", "[\xff]", "ä = b" };
	static const char text[] = "junk\n[a\nb = 1";
	struct ini ini;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(only_line(wrong[i]).kind, INI_FAULT);
		assert_non_null(only_line(wrong[i]).reason);
	}
	ini_init(&ini, arena, text, sizeof(text) - 1);
	assert_int_equal(ini_next(&ini).kind, INI_FAULT);
	assert_int_equal(ini_next(&ini).kind, INI_FAULT);
	assert_int_equal(ini_next(&ini).kind, INI_PAIR);
	ini_init(&ini, arena, "a = b\0c", 7);
	assert_int_equal(ini_next(&ini).kind, INI_FAULT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_read_with_or_without_blanks),
		cmocka_unit_test(comments_end_values_only_behind_a_blank),
		cmocka_unit_test(quoted_values_are_taken_as_they_stand),
		cmocka_unit_test(sections_are_named),
		cmocka_unit_test(lines_are_counted),
		cmocka_unit_test(what_is_wrong_is_told_and_the_rest_is_read),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
