/* web_target_test.c -- raw path tricks, each by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/web/target.h"

static const struct {
	const char *raw, *path, *query;
} good[] = {
	{ "/", "/", "" },
	{ "/v1/users", "/v1/users", "" },
	{ "/v1/users/", "/v1/users/", "" },
	{ "/v1/users?a=b", "/v1/users", "a=b" },
	{ "/v1/users?a=//../%2f", "/v1/users", "a=//../%2f" },
	{ "/%41%62", "/Ab", "" },
	{ "/%e2%82%ac", "/\xe2\x82\xac", "" },
	{ "/a+b", "/a+b", "" },
	{ "/%2541", "/%41", "" },
	{ "/a.b/..c/...", "/a.b/..c/...", "" },
	{ "/?", "/", "" },
	{ "/a%20b", "/a b", "" },
};

static const struct {
	const char *raw;
	enum target_fault fault;
} bad[] = {
	{ "", TARGET_NOT_A_PATH },
	{ "v1", TARGET_NOT_A_PATH },
	{ "*", TARGET_NOT_A_PATH },
	{ "http://example.com/", TARGET_NOT_A_PATH },
	{ "/%", TARGET_BAD_ESCAPE },
	{ "/%4", TARGET_BAD_ESCAPE },
	{ "/%4?a=1", TARGET_BAD_ESCAPE },
	{ "/%zz", TARGET_BAD_ESCAPE },
	{ "/%00", TARGET_FORBIDDEN_BYTE },
	{ "/%0d%0aX: y", TARGET_FORBIDDEN_BYTE },
	{ "/%1F", TARGET_FORBIDDEN_BYTE },
	{ "/%7f", TARGET_FORBIDDEN_BYTE },
	{ "/a%2fb", TARGET_FORBIDDEN_BYTE },
	{ "/a%2Fb", TARGET_FORBIDDEN_BYTE },
	{ "/a%5cb", TARGET_FORBIDDEN_BYTE },
	{ "/a%5Cb", TARGET_FORBIDDEN_BYTE },
	{ "/a\\b", TARGET_FORBIDDEN_BYTE },
	{ "/a#b", TARGET_FORBIDDEN_BYTE },
	{ "/%ff", TARGET_NOT_UTF8 },
	{ "/%c0%af", TARGET_NOT_UTF8 },
	{ "/%ed%a0%80", TARGET_NOT_UTF8 },
	{ "//", TARGET_BAD_SEGMENT },
	{ "//evil.example/", TARGET_BAD_SEGMENT },
	{ "/v1//users", TARGET_BAD_SEGMENT },
	{ "/v1/./users", TARGET_BAD_SEGMENT },
	{ "/v1/../users", TARGET_BAD_SEGMENT },
	{ "/v1/%2e%2e/users", TARGET_BAD_SEGMENT },
	{ "/..", TARGET_BAD_SEGMENT },
	{ "/.", TARGET_BAD_SEGMENT },
};

static void
plain_addresses_are_decoded_once(void **state)
{
	struct arena *arena = arena_new();
	struct target target;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (target_parse(arena, good[i].raw, &target) != TARGET_OK)
			fail_msg("%s was refused", good[i].raw);
		assert_string_equal(target.path, good[i].path);
		assert_string_equal(target.query, good[i].query);
	}
	arena_free(arena);
}

static void
tricks_are_refused(void **state)
{
	struct arena *arena = arena_new();
	struct target target;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		enum target_fault fault = target_parse(arena, bad[i].raw, &target);

		if (fault != bad[i].fault)
			fail_msg("%s: %s", bad[i].raw, target_fault_text(fault));
	}
	arena_free(arena);
}

static void
four_kilobytes_are_enough(void **state)
{
	struct arena *arena = arena_new();
	char raw[TARGET_MAX + 2];
	struct target target;

	(void)state;
	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	raw[TARGET_MAX] = '\0';
	assert_int_equal(target_parse(arena, raw, &target), TARGET_OK);
	raw[TARGET_MAX] = 'a';
	raw[TARGET_MAX + 1] = '\0';
	assert_int_equal(target_parse(arena, raw, &target), TARGET_TOO_LONG);
	arena_free(arena);
}

static void
too_many_parameters_are_refused(void **state)
{
	struct arena *arena = arena_new();
	char raw[4 * (QUERY_PAIRS_MAX + 1) + 1] = "";
	struct query query;

	(void)state;
	for (size_t i = 0; i <= QUERY_PAIRS_MAX; i++)
		memcpy(raw + 4 * i, "a=1&", 4);
	assert_non_null(query_parse(arena, raw, &query));
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_addresses_are_decoded_once),
		cmocka_unit_test(tricks_are_refused),
		cmocka_unit_test(four_kilobytes_are_enough),
		cmocka_unit_test(too_many_parameters_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
