/* text_test.c -- UTF-8, addresses, and the small helpers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
well_formed_utf8_is_known(void **state)
{
	static const char *const good[] = { "", "plain ascii that is longer than eight", "é", "€", "😀",
		"\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xE0\xA0\x80", "\xC2\x80",
		"12345678é12345678" };

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		assert_true(text_is_utf8(good[i], strlen(good[i])));
}

static void
ill_formed_utf8_is_known(void **state)
{
	static const char *const bad[] = { "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF",
		"\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80",
		"\xF5\x80\x80\x80", "\xFF", "\xFE", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "12345678\xE2\x82", "\xC3(",
		"\xE2(\xA1", "\xF0(\x8C\xBC", "a\xCCz" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(text_is_utf8(bad[i], strlen(bad[i])));
}

/* Every code point, encoded by the book, is well-formed, and the surrogates are not. */
static void
every_code_point_but_surrogates_is_well_formed(void **state)
{
	unsigned char bytes[4];

	(void)state;
	for (uint32_t code = 0x800; code < 0x110000; code++) {
		size_t size = code < 0x10000 ? 3 : 4;

		bytes[0] = (unsigned char)(size == 3 ? 0xE0 | code >> 12 : 0xF0 | code >> 18);
		bytes[1] = (unsigned char)(0x80 | (code >> (size == 3 ? 6 : 12) & 0x3F));
		bytes[2] = (unsigned char)(0x80 | (code >> (size == 3 ? 0 : 6) & 0x3F));
		bytes[3] = (unsigned char)(0x80 | (code & 0x3F));
		assert_int_equal(text_character(bytes, size), code >= 0xD800 && code <= 0xDFFF ? 0 : size);
		assert_int_equal(text_character(bytes, size - 1), 0);
	}
}

static void
length_counts_code_points(void **state)
{
	(void)state;
	assert_int_equal(text_length(""), 0);
	assert_int_equal(text_length("abc"), 3);
	assert_int_equal(text_length("é€😀"), 3);
}

static void
addresses_of_the_right_shape_are_known(void **state)
{
	static const char *const good[] = { "ada@example.com", "a.b+c@sub.example.co", "x@localhost",
		"!#$%&'*+/=?^_`{|}~-@a.b",
		"1234567890123456789012345678901234567890123456789012345678901234@example.com", "a@1.2.3.4",
		"a@x-y.org", "é@b.c", "a@é.c", "用户@例え.jp" };
	static const char *const bad[] = { "", "@", "a@", "@b", "a", "a@b@c", ".a@b", "a.@b", "a..b@c", "a b@c",
		"a@b c", "a@-b.c", "a@b-.c", "a@b..c", "a@.b", "a@b.", "\"a b\"@c.d", "a@[127.0.0.1]", "a\n@b.c",
		"a@b.c\n", "\xff@b.c", "a@\xc3.c",
		"12345678901234567890123456789012345678901234567890123456789012345@example.com", "a@b_c.d", "<a@b.c>",
		"a,b@c.d", "a@1234567890123456789012345678901234567890123456789012345678901234.com" };
	char longest[300] = "a@";

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++)
		if (!text_is_email(good[i]))
			fail_msg("%s was refused", good[i]);
	for (size_t i = 0; i < COUNT(bad); i++)
		if (text_is_email(bad[i]))
			fail_msg("%s was accepted", bad[i]);
	while (strlen(longest) < 254)
		strncat(longest, strlen(longest) % 2 == 0 ? "b" : ".", 2);
	longest[253] = 'b';
	assert_true(text_is_email(longest));
	strncat(longest, "b", 2);
	assert_false(text_is_email(longest));
}

static void
secrets_are_compared_whole(void **state)
{
	(void)state;
	assert_true(text_equal_secret("abcd", "abcd", 4));
	assert_true(text_equal_secret("abcd", "abce", 3));
	assert_true(text_equal_secret("", "x", 0));
	assert_false(text_equal_secret("abcd", "abce", 4));
	assert_false(text_equal_secret("xbcd", "abcd", 4));
	assert_false(text_equal_secret("a\0b", "a\0c", 3));
}

static void
trimming_and_splitting_leave_what_was_meant(void **state)
{
	struct arena *arena = arena_new();
	char text[] = " \t a b \r\n";
	char **parts = text_split(arena, " a, b c ,,d,", ',');

	(void)state;
	assert_string_equal(text_trim(text), "a b");
	assert_string_equal(parts[0], "a");
	assert_string_equal(parts[1], "b c");
	assert_string_equal(parts[2], "d");
	assert_null(parts[3]);
	assert_null(text_split(arena, "", ',')[0]);
	assert_null(text_split(arena, " , ", ',')[0]);
	assert_true(text_starts_with("abc", "ab"));
	assert_true(text_starts_with("abc", ""));
	assert_false(text_starts_with("a", "ab"));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(well_formed_utf8_is_known),
		cmocka_unit_test(ill_formed_utf8_is_known),
		cmocka_unit_test(every_code_point_but_surrogates_is_well_formed),
		cmocka_unit_test(length_counts_code_points),
		cmocka_unit_test(addresses_of_the_right_shape_are_known),
		cmocka_unit_test(secrets_are_compared_whole),
		cmocka_unit_test(trimming_and_splitting_leave_what_was_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
