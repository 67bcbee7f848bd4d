/* codec_test.c -- values in PostgreSQL's binary form, against bytes that PostgreSQL itself sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/money.h"
#include "core/db/codec.h"

static struct arena *arena;

static int
begin(void **state)
{
	(void)state;
	arena = arena_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct bytes
unhex(const char *hex)
{
	struct bytes bytes;

	assert_true(hex_decode(arena, hex, &bytes));
	return bytes;
}

#define assert_encodes(type, value, hex) \
	do { \
		struct buffer out_; \
		buffer_init(&out_, arena); \
		sql_encode(&out_, (type), &(value)); \
		assert_string_equal(hex_encode(arena, out_.data, out_.length), (hex)); \
	} while (0)

static bool
decodes(enum sql_type type, const char *hex, void *value_r)
{
	struct bytes bytes = unhex(hex);

	return sql_decode(arena, type, bytes.data, bytes.length, value_r);
}

static void
numbers_are_big_endian(void **state)
{
	int32_t number = -2, got;
	int64_t large = INT64_C(0x0102030405060708), large_got;

	(void)state;
	assert_encodes(SQL_INT, number, "fffffffe");
	assert_encodes(SQL_BIGINT, large, "0102030405060708");
	assert_true(decodes(SQL_INT, "fffffffe", &got));
	assert_int_equal(got, -2);
	assert_true(decodes(SQL_BIGINT, "0102030405060708", &large_got));
	assert_true(large_got == large);
	assert_false(decodes(SQL_INT, "0102030405060708", &got));
	assert_false(decodes(SQL_BIGINT, "00000001", &large_got));
}

/* SELECT encode(timestamptz_send('2000-01-01T00:00:01Z'), 'hex') */
static void
time_begins_in_2000(void **state)
{
	struct instant second = { INT64_C(946684801) * SECOND }, past = { 0 }, end_of_time = INSTANT_MAX,
		       beginning = INSTANT_MIN, got;

	(void)state;
	assert_encodes(SQL_TIMESTAMPTZ, second, "00000000000f4240");
	assert_encodes(SQL_TIMESTAMPTZ, past, "fffca2fec4c82000");
	assert_encodes(SQL_TIMESTAMPTZ, end_of_time, "7fffffffffffffff");
	assert_encodes(SQL_TIMESTAMPTZ, beginning, "8000000000000000");
	assert_true(decodes(SQL_TIMESTAMPTZ, "fffca2fec4c82000", &got));
	assert_true(got.micros == 0);
	assert_true(decodes(SQL_TIMESTAMPTZ, "7fffffffffffffff", &got));
	assert_true(got.micros == INSTANT_MAX.micros);
	assert_true(decodes(SQL_TIMESTAMPTZ, "8000000000000000", &got));
	assert_true(got.micros == INSTANT_MIN.micros);
}

static const struct amount {
	const char *text, *hex;
} amounts[] = {
	{ "0", "0000000000000000" },
	{ "1", "00010000000000000001" },
	{ "-1", "00010000400000000001" },
	{ "9999", "0001000000000000270f" },
	{ "10000", "00010001000000000001" },
	{ "100000000", "00010002000000000001" },
	{ "123456789", "0003000200000000000109291a85" },
	{ "-99999999999999999999999999999999999999", "000a0009400000000063270f270f270f270f270f270f270f270f270f" },
};

static void
amounts_are_digits_to_the_base_10000(void **state)
{
	char text[MONEY_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		minor_units value, got;

		assert_true(minor_units_parse(amounts[i].text, &value));
		assert_encodes(SQL_NUMERIC, value, amounts[i].hex);
		assert_true(decodes(SQL_NUMERIC, amounts[i].hex, &got));
		assert_string_equal(minor_units_print(got, text), amounts[i].text);
	}
}

static void
what_is_no_whole_amount_is_refused(void **state)
{
	minor_units got;

	(void)state;
	assert_true(decodes(SQL_NUMERIC,
	    "00020000000000020001"
	    "0000",
	    &got)); /* 1.00 */
	assert_true(got == 1);
	assert_false(decodes(SQL_NUMERIC,
	    "00020000000000020001"
	    "1388",
	    &got)); /* 1.50 */
	assert_false(decodes(SQL_NUMERIC,
	    "0001ffff00000002"
	    "1388",
	    &got));                                                       /* 0.50 */
	assert_false(decodes(SQL_NUMERIC, "00000000c0000000", &got));     /* NaN */
	assert_false(decodes(SQL_NUMERIC, "00000000d0000020", &got));     /* infinity */
	assert_false(decodes(SQL_NUMERIC, "00010009000000000064", &got)); /* 10^38 */
	assert_false(decodes(SQL_NUMERIC, "0001000a000000000001", &got)); /* 10^40 */
	assert_false(decodes(SQL_NUMERIC, "00017fff000000000001", &got));
	assert_false(decodes(SQL_NUMERIC, "00010000000000002710", &got)); /* no digit */
	assert_false(decodes(SQL_NUMERIC, "ffff000000000000", &got));
	assert_false(decodes(SQL_NUMERIC, "0001000000000000", &got));         /* cut off */
	assert_false(decodes(SQL_NUMERIC, "000100000000000000010000", &got)); /* too long */
}

static void
text_and_json_get_an_end(void **state)
{
	const char *text = "gr\303\274n", *json = "{}", *got;
	struct bytes bytes = { (const uint8_t *)"\0a", 2 }, bytes_got;
	bool yes = true, answer;

	(void)state;
	assert_encodes(SQL_TEXT, text, "6772c3bc6e");
	assert_encodes(SQL_JSONB, json, "017b7d");
	assert_encodes(SQL_BYTEA, bytes, "0061");
	assert_encodes(SQL_BOOL, yes, "01");
	assert_true(decodes(SQL_TEXT, "6162", &got));
	assert_string_equal(got, "ab");
	assert_true(decodes(SQL_TEXT, "", &got));
	assert_string_equal(got, "");
	assert_true(decodes(SQL_JSONB, "015b5d", &got));
	assert_string_equal(got, "[]");
	assert_false(decodes(SQL_JSONB, "025b5d", &got));
	assert_true(decodes(SQL_BYTEA, "0061", &bytes_got));
	assert_int_equal(bytes_got.length, 2);
	assert_true(decodes(SQL_BOOL, "00", &answer));
	assert_false(answer);
}

/* SELECT encode(array_send(ARRAY[1, 2]::bigint[]), 'hex') and so on */
static void
lists_are_arrays_of_one_dimension(void **state)
{
	static const int64_t numbers[] = { 1, 2 };
	static const char *const words[] = { "a", NULL };
	struct integers list = { numbers, 2 }, got, none = { NULL, 0 };
	struct texts texts = { words, 2 }, texts_got;

	(void)state;
	assert_encodes(SQL_BIGINTS, list,
	    "0000000100000000000000140000000200000001"
	    "000000080000000000000001"
	    "000000080000000000000002");
	assert_encodes(SQL_BIGINTS, none, "000000000000000000000014");
	assert_encodes(SQL_TEXTS, texts,
	    "0000000100000000000000190000000200000001"
	    "0000000161"
	    "ffffffff");
	assert_true(decodes(SQL_BIGINTS,
	    "0000000100000000000000140000000200000001"
	    "000000080000000000000001"
	    "000000080000000000000002",
	    &got));
	assert_int_equal(got.count, 2);
	assert_true(got.items[0] == 1 && got.items[1] == 2);
	assert_true(decodes(SQL_TEXTS,
	    "0000000100000001000000190000000200000001"
	    "0000000161"
	    "ffffffff",
	    &texts_got));
	assert_string_equal(texts_got.items[0], "a");
	assert_null(texts_got.items[1]);
	assert_true(decodes(SQL_BIGINTS, "000000000000000000000014", &got));
	assert_int_equal(got.count, 0);
}

static void
what_is_no_list_is_refused(void **state)
{
	struct integers got;

	(void)state;
	assert_false(decodes(SQL_BIGINTS, "000000000000000000000019", &got)); /* of text */
	assert_false(decodes(SQL_BIGINTS, "000000020000000000000014", &got)); /* two dimensions */
	assert_false(decodes(SQL_BIGINTS,
	    "0000000100000001000000140000000100000001"
	    "ffffffff",
	    &got));
	assert_false(decodes(SQL_BIGINTS, "000000010000000000000014ffffffff00000001", &got)); /* four billion */
	assert_false(decodes(SQL_BIGINTS,
	    "0000000100000000000000140000000100000001"
	    "00000004"
	    "00000001",
	    &got));
	assert_false(decodes(SQL_BIGINTS,
	    "0000000100000000000000140000000100000001"
	    "7fffffff"
	    "00000001",
	    &got));
}

/* Every type comes back as it went, and no prefix of it is taken for the whole. */
static void
every_type_comes_back(void **state)
{
	static const struct uuid uuids[] = { { { 1, 2, 3 } }, { { 255 } } };
	static const struct instant instants[] = { { 1 }, { -1 } };
	static const minor_units units[] = { -5, 123456789012345678 };
	static const bool flags[] = { true, false, true };
	static const struct bytes blobs[] = { { (const uint8_t *)"\0", 1 }, { NULL, 0 } };
	struct uuids a = { uuids, 2 };
	struct instants b = { instants, 2 };
	struct amounts c = { units, 2 };
	struct flags d = { flags, 3 };
	struct byte_strings e = { blobs, 2 };
	const struct {
		enum sql_type type;
		const void *value;
	} cases[] = { { SQL_UUIDS, &a }, { SQL_TIMESTAMPTZS, &b }, { SQL_NUMERICS, &c }, { SQL_BOOLS, &d },
		{ SQL_BYTEAS, &e }, { SQL_UUID, &uuids[0] } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buffer first, second;
		uint64_t place[8];

		buffer_init(&first, arena);
		buffer_init(&second, arena);
		sql_encode(&first, cases[i].type, cases[i].value);
		assert_true(sql_decode(arena, cases[i].type, first.data, first.length, place));
		sql_encode(&second, cases[i].type, place);
		assert_int_equal(first.length, second.length);
		assert_memory_equal(first.data, second.data, first.length);
		for (size_t length = 0; length < first.length; length++)
			assert_false(sql_decode(arena, cases[i].type, first.data, length, place));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_big_endian),
		cmocka_unit_test(time_begins_in_2000),
		cmocka_unit_test(amounts_are_digits_to_the_base_10000),
		cmocka_unit_test(what_is_no_whole_amount_is_refused),
		cmocka_unit_test(text_and_json_get_an_end),
		cmocka_unit_test(lists_are_arrays_of_one_dimension),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(every_type_comes_back),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
