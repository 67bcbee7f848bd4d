/* json_check_test.c -- JSON by the letter of RFC 8259, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/base/buffer.h"
#include "core/json/check.h"
#include "tests/core/arena_kit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* From memory of exactly its size, so that a sanitizer sees a byte too far. */
static bool
checked(const char *text, size_t length, struct json_fault *fault_r)
{
	char *exact = test_malloc(length > 0 ? length : 1);
	bool good;

	memcpy(exact, text, length);
	good = json_check(arena, exact, length, fault_r);
	test_free(exact);
	return good;
}

static void
json_is_accepted(void **state)
{
	static const char *const good[] = {
		"null",
		"true",
		"false",
		"0",
		"-0",
		"-1",
		"1.5",
		"1e5",
		"1E+5",
		"1e-5",
		"0.0",
		"0e0",
		"-0.0e-0",
		"123456789012345678901234567890",
		"1e400",
		"\"\"",
		"\"a\"",
		"[]",
		"{}",
		"[[]]",
		"[{}]",
		"{\"a\":{}}",
		" \t\r\n[ \t\r\n1 , 2 ] \t\r\n",
		"{\"a\":1,\"b\":[true,false,null]}",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
		"\"\\u0001\\u00e9\\uFFFF\\ud83d\\ude00\"",
		"\"é€😀\"",
		"\"\x7f\"",
		"{\"\":1}",
		"{\"a\":1,\"A\":2}",
		"{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}",
		"\"\xE2\x80\xA8\"",
		"[\"eight678\",\"sixteen890123456\",\"seventeen90123456\"]",
		"{\"a\":1,\"ab\":2,\"b\":3,\"\\u0061c\":4}",
	};
	struct json_fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!checked(good[i], strlen(good[i]), &fault))
			fail_msg("%s was refused: %s at %zu", good[i], fault.reason, fault.offset);
}

static void
what_is_not_json_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		" ",
		"nul",
		"nulll",
		"True",
		"NULL",
		"NaN",
		"Infinity",
		"-Infinity",
		"undefined",
		"+1",
		"01",
		"-01",
		"00",
		"1.",
		".5",
		"-",
		"1e",
		"1e+",
		"1.e5",
		"0x10",
		"1_000",
		"--1",
		"1 2",
		"- 1",
		"'a'",
		"\"a",
		"\"\\\"",
		"\"\\x41\"",
		"\"\\u12\"",
		"\"\\u12g4\"",
		"\"\\U0041\"",
		"\"\\'\"",
		"\"\t\"",
		"\"\n\"",
		"\"\x1f\"",
		"\"\\u0000\"",
		"\"\\ud800\"",
		"\"\\udc00\"",
		"\"\\ud800\\u0041\"",
		"\"\\ud800x\"",
		"\"\\ud800\\ud800\"",
		"\"\\ud83d\"",
		"\"\\ud83d\\\"",
		"[",
		"]",
		"[1",
		"[1,",
		"[1,]",
		"[,1]",
		"[1 2]",
		"[1}",
		"{",
		"}",
		"{\"a\"}",
		"{\"a\":}",
		"{\"a\":1,}",
		"{,}",
		"{a:1}",
		"{'a':1}",
		"{1:1}",
		"{\"a\":1 \"b\":2}",
		"{\"a\" 1}",
		"{\"a\":1]",
		"{\"a\":1}}",
		"[]]",
		"[1]x",
		"// c\n1",
		"/* c */1",
		"1//",
		"\xEF\xBB\xBF"
		"1",
		"\xC2\xA0"
		"1",
		"\v1",
		"\f1",
		"\"\xff\"",
		"\"\xC0\x80\"",
		"\"\xED\xA0\x80\"",
		"\"\xF4\x90\x80\x80\"",
		"\"\xC3\"",
		"\"\xE2\x82",
		"\xFF\xFE[\0]\0",
		"*",
		"tru",
		"fals",
		"t",
		"\"\\",
		"\"\\u",
		"[\"\\u00",
	};
	struct json_fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (checked(bad[i], strlen(bad[i]), &fault))
			fail_msg("%s was accepted", bad[i]);
		assert_non_null(fault.reason);
		assert_true(fault.offset <= strlen(bad[i]));
	}
	assert_false(checked("1\0", 2, &fault));
	assert_false(checked("\"\0\"", 3, &fault));
	assert_false(checked("[1,\0]", 5, &fault));
}

static void
a_key_that_appears_twice_is_found_however_it_is_spelled(void **state)
{
	static const char *const twice[] = {
		"{\"a\":1,\"a\":1}",
		"{\"a\":1,\"b\":2,\"a\":3}",
		"{\"a\":1,\"\\u0061\":2}",
		"{\"\\u0061\":1,\"a\":2}",
		"{\"\":1,\"\":2}",
		"{\"\\n\":1,\"\\u000a\":2}",
		"{\"\\/\":1,\"/\":2}",
		"{\"\\\"\":1,\"\\u0022\":2}",
		"{\"😀\":1,\"\\ud83d\\uDE00\":2}",
		"{\"é\":1,\"\\u00E9\":2}",
		"{\"€\":1,\"\\u20ac\":2}",
		"[{\"x\":{\"a\":1,\"a\":2}}]",
		"{\"x\":{\"q\":1},\"y\":1,\"x\":1}",
		"{\"\\t\":1,\"\\u0009\":2}",
		"{\"\\\\\":1,\"\\u005C\":2}",
		"{\"\\b\":1,\"\\u0008\":2}",
		"{\"\\f\":1,\"\\u000C\":2}",
		"{\"\\r\":1,\"\\u000D\":2}",
	};
	struct json_fault fault;

	(void)state;
	for (size_t i = 0; i < COUNT(twice); i++) {
		if (checked(twice[i], strlen(twice[i]), &fault))
			fail_msg("%s was accepted", twice[i]);
		assert_string_equal(fault.reason, "a key appears twice");
	}
	json_check(arena, "{\"a\":1, \"b\":2, \"a\":3}", 22, &fault);
	assert_int_equal(fault.offset, 15);
}

static void
a_twin_is_found_among_many_keys(void **state)
{
	struct json_fault fault;
	struct buffer text;

	(void)state;
	for (int count = 14; count < 3000; count = count * 5 / 4 + 1) {
		buffer_init(&text, arena);
		for (int i = 0; i < count; i++)
			buffer_format(&text, "%c\"key%d\":{\"inner\":[{\"inner\":0}]}", i == 0 ? '{' : ',', i);
		buffer_format(&text, ",\"last\":1}");
		assert_true(checked(text.data, text.length, &fault));
		text.length -= 9;
		buffer_format(&text, "\"key%d\":1}", count / 2);
		assert_false(checked(text.data, text.length, &fault));
		assert_string_equal(fault.reason, "a key appears twice");
	}
}

static void
nesting_ends_at_its_cap(void **state)
{
	char text[2 * JSON_DEPTH_MAX + 2], objects[8 * JSON_DEPTH_MAX];
	struct json_fault fault;
	size_t length = 0;

	(void)state;
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	assert_true(checked(text, 2 * JSON_DEPTH_MAX, &fault));
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_false(checked(text, 2 * JSON_DEPTH_MAX + 2, &fault));
	assert_int_equal(fault.offset, JSON_DEPTH_MAX);
	for (int i = 0; i < JSON_DEPTH_MAX; i++, length += 5)
		memcpy(objects + length, "{\"a\":", 5);
	objects[length++] = '1';
	memset(objects + length, '}', JSON_DEPTH_MAX);
	assert_true(checked(objects, length + JSON_DEPTH_MAX, &fault));
}

static void
every_prefix_of_a_document_is_refused(void **state)
{
	static const char text[] = "{\"amount\":\"19.99\",\"list\":[1,-2.5e-7,true,null],\"t\":\"\\ud83d\\ude00é\\n\"}";
	struct json_fault fault;

	(void)state;
	for (size_t length = 0; length < sizeof(text) - 1; length++)
		assert_false(checked(text, length, &fault));
	assert_true(checked(text, sizeof(text) - 1, &fault));
}

static void
checking_leaves_nothing_in_the_arena(void **state)
{
	static const char text[] = "{\"\\u0061\":1,\"b\":2}";
	struct json_fault fault;
	struct arena_mark mark = arena_mark(arena), after;

	(void)state;
	json_check(arena, text, sizeof(text) - 1, &fault);
	after = arena_mark(arena);
	assert_ptr_equal(after.block, mark.block);
	assert_int_equal(after.used, mark.used);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_accepted),
		cmocka_unit_test(what_is_not_json_is_refused),
		cmocka_unit_test(a_key_that_appears_twice_is_found_however_it_is_spelled),
		cmocka_unit_test(a_twin_is_found_among_many_keys),
		cmocka_unit_test(nesting_ends_at_its_cap),
		cmocka_unit_test(every_prefix_of_a_document_is_refused),
		cmocka_unit_test(checking_leaves_nothing_in_the_arena),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
