/* value_test.c -- ids and instants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "core/base/env.h"
#include "core/base/value.h"

static struct instant clock_at;

static struct instant
set_now(const struct env *env)
{
	(void)env;
	return clock_at;
}

static void
set_random(const struct env *env, void *bytes, size_t length)
{
	(void)env;
	memset(bytes, 0xff, length);
}

static const struct env set_env = { .now = set_now, .random = set_random };

static void
a_uuid_holds_its_time_version_and_variant(void **state)
{
	char text[UUID_TEXT_SIZE];

	(void)state;
	/* RFC 9562 appendix A.6's instant. */
	clock_at.micros = INT64_C(1645557742000) * 1000;
	assert_string_equal(uuid_print(uuid_new(&set_env), text), "017f22e2-79b0-7000-bfff-ffffffffffff");
	clock_at.micros += 500;
	assert_string_equal(uuid_print(uuid_new(&set_env), text), "017f22e2-79b0-7800-bfff-ffffffffffff");
}

static void
uuids_of_later_microseconds_sort_behind(void **state)
{
	struct uuid last = { { 0 } }, next;

	(void)state;
	for (int64_t micros = 1; micros < 5000; micros++) {
		clock_at.micros = INT64_C(1700000000000000) + micros;
		next = uuid_new(&set_env);
		assert_true(memcmp(last.bytes, next.bytes, 16) < 0);
		last = next;
	}
}

static void
uuids_are_read_in_both_cases_and_written_in_lower(void **state)
{
	char text[UUID_TEXT_SIZE];
	struct uuid uuid;

	(void)state;
	assert_true(uuid_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &uuid));
	assert_string_equal(uuid_print(uuid, text), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void
what_is_no_uuid_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"017f22e2",
		"017f22e279b07cc398c4dc0c0c07398f",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
		"{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
		"017f22e2-79b0-7cc3-98c4_dc0c0c07398f",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
		" 017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
		"017f22e2-79b0-7cc3-98c4-dc0c0c07398f ",
		"017f22e-279b0-7cc3-98c4-dc0c0c07398f",
	};
	struct uuid uuid = { { 9 } };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(uuid_parse(wrong[i], &uuid));
	assert_int_equal(uuid.bytes[0], 9);
}

static void
lists_know_what_they_contain(void **state)
{
	const struct uuid items[] = { { { 1 } }, { { 2 } } };
	static const char *const words[] = { "a", "b" };

	(void)state;
	assert_true(uuids_contain((struct uuids){ items, 2 }, items[1]));
	assert_false(uuids_contain((struct uuids){ items, 1 }, items[1]));
	assert_false(uuids_contain((struct uuids){ NULL, 0 }, items[1]));
	assert_true(texts_contain((struct texts){ words, 2 }, "b"));
	assert_false(texts_contain((struct texts){ words, 2 }, "c"));
	assert_true(uuid_is_zero((struct uuid){ { 0 } }));
	assert_false(uuid_is_zero(UUID_MAX));
}

static void
instants_are_kept_in_utc(void **state)
{
	static const struct {
		const char *text;
		int64_t micros;
		const char *printed;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z" },
		{ "2026-02-03T04:05:06.123456Z", 1770091506123456, "2026-02-03T04:05:06.123456Z" },
		{ "2026-02-03T06:05:06.5+02:00", 1770091506500000, "2026-02-03T04:05:06.500000Z" },
		{ "1969-12-31T23:59:59.999999Z", -1, "1969-12-31T23:59:59.999999Z" },
		{ "2000-02-29T23:59:59-23:59", 951955139000000, "2000-03-01T23:58:59Z" },
		{ "0001-01-01T00:00:00Z", -62135596800000000, "0001-01-01T00:00:00Z" },
		{ "9999-12-31T23:59:59.999999Z", 253402300799999999, "9999-12-31T23:59:59.999999Z" },
		{ "2026-02-03t04:05:06z", 1770091506000000, "2026-02-03T04:05:06Z" },
		{ "2026-02-03T04:05:06-00:00", 1770091506000000, "2026-02-03T04:05:06Z" },
	};
	char text[INSTANT_TEXT_SIZE];
	struct instant instant;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(instant_parse(rows[i].text, &instant));
		assert_true(instant.micros == rows[i].micros);
		assert_string_equal(instant_print(instant, text), rows[i].printed);
	}
}

static void
what_is_no_instant_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"2026-02-03",
		"2026-02-03T04:05:06",
		"2026-02-03 04:05:06Z",
		"2026-02-03T04:05Z",
		"2026-02-30T00:00:00Z",
		"2025-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-01-00T00:00:00Z",
		"2026-04-31T00:00:00Z",
		"2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z",
		"2016-12-31T23:59:60Z",
		"2026-01-01T00:00:00.Z",
		"2026-01-01T00:00:00.1234567Z",
		"2026-01-01T00:00:00+0200",
		"2026-01-01T00:00:00+24:00",
		"2026-01-01T00:00:00+02:60",
		"2026-01-01T00:00:00ZZ",
		"0000-01-01T00:00:00Z",
		"10000-01-01T00:00:00Z",
		"0001-01-01T00:00:00+00:01",
		"9999-12-31T23:59:59-00:01",
		"+2026-01-01T00:00:00Z",
		"2026-1-01T00:00:00Z",
		"2026-01-01T00:00:00,5Z",
		"20260101T000000Z",
		"2026-01-01T00:00:00 Z",
		"infinity",
	};
	struct instant instant = { 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (instant_parse(wrong[i], &instant))
			fail_msg("%s was accepted", wrong[i]);
	assert_int_equal(instant.micros, 7);
}

/* A calendar that only knows how to go to the next day is the judge of the formulas. */
static void
every_day_of_the_calendar_comes_out_as_it_went_in(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t day_number = -719162;
	char text[INSTANT_TEXT_SIZE], expected[64];
	struct instant instant;

	(void)state;
	for (int year = 1; year <= 9999; year++)
		for (int month = 1; month <= 12; month++) {
			int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
			int length = lengths[month - 1] + (month == 2 && leap);

			for (int day = 1; day <= length; day++, day_number++) {
				/* The turns of the months are where it could go wrong. */
				if (day > 1 && day < 28)
					continue;
				snprintf(expected, sizeof(expected), "%04d-%02d-%02dT12:00:00Z", year, month, day);
				instant.micros = (day_number * 86400 + 43200) * SECOND;
				assert_string_equal(instant_print(instant, text), expected);
				assert_true(instant_parse(expected, &instant));
				assert_true(instant.micros == (day_number * 86400 + 43200) * SECOND);
			}
		}
}

static void
the_ends_of_time_have_names(void **state)
{
	char text[INSTANT_TEXT_SIZE];

	(void)state;
	assert_string_equal(instant_print(INSTANT_MAX, text), "infinity");
	assert_string_equal(instant_print(INSTANT_MIN, text), "-infinity");
	assert_true(strlen(instant_print((struct instant){ INT64_MAX - 1 }, text)) < INSTANT_TEXT_SIZE);
	assert_true(strlen(instant_print((struct instant){ INT64_MIN + 1 }, text)) < INSTANT_TEXT_SIZE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_uuid_holds_its_time_version_and_variant),
		cmocka_unit_test(uuids_of_later_microseconds_sort_behind),
		cmocka_unit_test(uuids_are_read_in_both_cases_and_written_in_lower),
		cmocka_unit_test(what_is_no_uuid_is_refused),
		cmocka_unit_test(lists_know_what_they_contain),
		cmocka_unit_test(instants_are_kept_in_utc),
		cmocka_unit_test(what_is_no_instant_is_refused),
		cmocka_unit_test(every_day_of_the_calendar_comes_out_as_it_went_in),
		cmocka_unit_test(the_ends_of_time_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
