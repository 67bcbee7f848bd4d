/* web_shape_test.c -- one table decodes, refuses, encodes and documents. */
#include "tests/core/web_request.h"

#include <stdio.h>

#include "core/base/buffer.h"
#include "core/web/shape.h"
#include "core/web/shape_part.h"

struct item {
	const char *sku;
	int64_t count;
};
static const struct field item[] = {
	TEXT(struct item, sku, .required = true, .min = 1, .max = 8),
	INT(struct item, count, .required = true, .min = 1, .max = 99),
	SHAPE_END,
};

struct order {
	const char *email, *note, *amount, *colour, *extra;
	const int64_t *ttl;
	int32_t small;
	bool gift;
	const bool *loud;
	struct uuid wallet;
	const struct instant *due;
	struct list items;
	struct texts tags;
	const struct uuids *friends;
	const struct item *first;
	bool note_came;
};
static const char *const colours[] = { "red", "green", NULL };
static const struct field order[] = {
	TEXT(struct order, email, .required = true, .format = "email"),
	TEXT(struct order, note, .max = 3, .came = offsetof(struct order, note_came) + 1),
	MONEY(struct order, amount),
	CHOICE(struct order, colour, .choices = colours),
	JSON(struct order, extra),
	INT(struct order, ttl, .min = 60, .max = 86400),
	INT(struct order, small),
	BOOL(struct order, gift),
	BOOL(struct order, loud),
	UUID(struct order, wallet),
	INSTANT(struct order, due),
	LIST(struct order, items, struct item, item, .max = 3),
	TEXTS(struct order, tags),
	UUIDS(struct order, friends),
	OBJECT(struct order, first, item),
	SHAPE_END,
};

static const struct problem *
decode(struct request *req, const char *json, struct order **order_r)
{
	void *object = NULL;
	const struct problem *p =
	    shape_decode(req, SHAPE(order), (struct bytes){ (const uint8_t *)json, strlen(json) }, &object);

	*order_r = object;
	return p;
}

static void
a_body_becomes_a_struct(void **state)
{
	struct request *req = request_new();
	struct order *got;

	(void)state;
	assert_null(decode(req,
	    "{\"email\":\"ada@example.com\",\"note\":null,\"amount\":\"19.99\",\"colour\":\"green\",\"extra\":{\"a\":["
	    "1,2.50]},"
	    "\"ttl\":60,\"small\":-5,\"gift\":true,\"loud\":false,\"wallet\":\"019b76da-a800-7c3e-8f21-5d0a9c1e4b72\","
	    "\"due\":\"2026-02-03T04:05:06Z\",\"items\":[{\"sku\":\"a\",\"count\":1},{\"sku\":\"b\",\"count\":99}],"
	    "\"tags\":[\"x\",\"y\"],\"friends\":[],\"first\":{\"sku\":\"c\",\"count\":2}}",
	    &got));
	assert_string_equal(got->email, "ada@example.com");
	assert_null(got->note);
	assert_true(got->note_came);
	assert_string_equal(got->amount, "19.99");
	assert_ptr_equal(got->colour, colours[1]);
	assert_string_equal(got->extra, "{\"a\":[1,2.50]}");
	assert_int_equal(*got->ttl, 60);
	assert_int_equal(got->small, -5);
	assert_true(got->gift);
	assert_false(*got->loud);
	assert_int_equal(got->wallet.bytes[15], 0x72);
	assert_non_null(got->due);
	assert_int_equal(got->items.count, 2);
	assert_int_equal(((const struct item *)got->items.items)[1].count, 99);
	assert_string_equal(got->tags.items[1], "y");
	assert_int_equal(got->friends->count, 0);
	assert_string_equal(got->first->sku, "c");
	request_free(req);
}

static void
what_did_not_come_is_absent(void **state)
{
	struct request *req = request_new();
	struct order *got;

	(void)state;
	assert_null(decode(req, "{\"email\":\"ada@example.com\"}", &got));
	assert_null(got->note);
	assert_false(got->note_came);
	assert_null(got->ttl);
	assert_null(got->loud);
	assert_null(got->first);
	assert_null(got->friends);
	assert_int_equal(got->items.count, 0);
	request_free(req);
}

/* Each is refused at its place, and for nothing else. */
static void
wrong_values_are_named_by_their_pointer(void **state)
{
	static const struct {
		const char *member, *pointer;
	} cases[] = {
		{ "\"ttl\":\"60\"", "/ttl" },
		{ "\"ttl\":60.0", "/ttl" },
		{ "\"ttl\":59", "/ttl" },
		{ "\"ttl\":86401", "/ttl" },
		{ "\"ttl\":99999999999999999999999", "/ttl" },
		{ "\"small\":2147483648", "/small" },
		{ "\"small\":-2147483649", "/small" },
		{ "\"gift\":1", "/gift" },
		{ "\"gift\":\"true\"", "/gift" },
		{ "\"note\":\"four\"", "/note" },
		{ "\"note\":5", "/note" },
		{ "\"amount\":19.99", "/amount" },
		{ "\"amount\":\"-1\"", "/amount" },
		{ "\"amount\":\"1e3\"", "/amount" },
		{ "\"amount\":\"007\"", "/amount" },
		{ "\"amount\":\"1.\"", "/amount" },
		{ "\"colour\":\"blue\"", "/colour" },
		{ "\"extra\":[99999999999999999999]", "/extra" },
		{ "\"wallet\":\"not-a-uuid\"", "/wallet" },
		{ "\"due\":\"yesterday\"", "/due" },
		{ "\"items\":{}", "/items" },
		{ "\"items\":[1]", "/items/0" },
		{ "\"items\":[{\"sku\":\"a\",\"count\":1},{\"sku\":\"\",\"count\":1}]", "/items/1/sku" },
		{ "\"items\":[{\"sku\":\"a\"}]", "/items/0/count" },
		{ "\"items\":[{},{},{},{}]", "/items" },
		{ "\"tags\":[\"a\",null]", "/tags/1" },
		{ "\"friends\":[\"x\"]", "/friends/0" },
		{ "\"first\":{\"sku\":\"a\",\"count\":1,\"colour\":\"red\"}", "/first/colour" },
		{ "\"a/b~c\":1", "/a~1b~0c" },
	};
	char json[512];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request *req = request_new();
		struct order *got;
		const struct problem *p;

		snprintf(json, sizeof(json), "{\"email\":\"ada@example.com\",%s}", cases[i].member);
		p = decode(req, json, &got);
		if (!points_to(p, cases[i].pointer))
			fail_msg("%s was not refused at %s", cases[i].member, cases[i].pointer);
		assert_int_equal(p->id, PROBLEM_INVALID);
		request_free(req);
	}
}

static void
all_faults_are_told_at_once(void **state)
{
	struct request *req = request_new();
	struct order *got;
	const struct problem *p = decode(req, "{\"ttl\":1,\"gift\":0,\"surprise\":true}", &got);

	(void)state;
	assert_true(points_to(p, "/email"));
	assert_true(points_to(p, "/ttl"));
	assert_true(points_to(p, "/gift"));
	assert_true(points_to(p, "/surprise"));
	request_free(req);
}

static void
no_more_than_twenty_faults_are_told(void **state)
{
	struct request *req = request_new();
	struct order *got;
	char json[1024] = "{";
	const struct problem *p;
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 40; i++)
		snprintf(json + strlen(json), sizeof(json) - strlen(json), "\"k%d\":1%c", i, i < 39 ? ',' : '}');
	p = decode(req, json, &got);
	for (const struct problem_error *error = p->errors; error != NULL; error = error->next)
		count++;
	assert_int_equal(count, SHAPE_FAULTS_MAX);
	request_free(req);
}

static void
what_is_not_json_is_400(void **state)
{
	static const char *const bodies[] = { "", "{", "{'a':1}", "{\"a\":NaN}", "{\"email\":\"a\",\"email\":\"b\"}",
		"{\"email\":\"\\u0000\"}", "{\"email\":\"\\ud800\"}", "{} {}", "[1,]", "\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct request *req = request_new();
		struct order *got;
		const struct problem *p = decode(req, bodies[i], &got);

		assert_non_null(p);
		assert_int_equal(p->id, PROBLEM_BAD_JSON);
		request_free(req);
	}
}

static void
a_body_that_is_no_object_is_422(void **state)
{
	static const char *const bodies[] = { "null", "[]", "1", "\"text\"", "true" };

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct request *req = request_new();
		struct order *got;
		const struct problem *p = decode(req, bodies[i], &got);

		assert_non_null(p);
		assert_int_equal(p->id, PROBLEM_INVALID);
		assert_true(points_to(p, ""));
		request_free(req);
	}
}

static void
lengths_count_code_points(void **state)
{
	struct request *req = request_new();
	struct order *got;

	(void)state;
	assert_null(
	    decode(req, "{\"email\":\"ada@example.com\",\"note\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}", &got));
	request_free(req);
}

static void
formats_hold_what_they_say(void **state)
{
	static const struct {
		const char *format, *good, *bad;
	} cases[] = {
		{ "uri", "https://example.com/a?b#c", "http://example.com" },
		{ "uri", "https://[::1]:8443/", "https://user@example.com/" },
		{ "uri", "https://example.com", "https://" },
		{ "uri", "https://a.b/%20", "https://a.b/ x" },
		{ "currency", "USD", "usd" },
		{ "currency", "USDT20", "US" },
		{ "language", "en", "e" },
		{ "language", "zh-Hant-TW", "en_GB" },
		{ "language", "de-1996", "de-" },
		{ "time_zone", "Europe/Berlin", "Europe//Berlin" },
		{ "time_zone", "Etc/GMT+5", "/etc/passwd" },
		{ "time_zone", "UTC", "a b" },
		{ "hex", "c0ffee", "C0FFEE" },
		{ "hex", "", "abc" },
		{ "date", "2024-02-29", "2026-02-29" },
		{ "date", "2026-12-31", "2026-13-01" },
		{ "date", "2026-04-30", "2026-04-31" },
		{ "e164", "+4930123456", "004930123456" },
		{ "e164", "+1234567", "+0123456789" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct shape_format *format = shape_format(cases[i].format);

		assert_non_null(format);
		if (!format->holds(cases[i].good) || format->holds(cases[i].bad))
			fail_msg("%s: \"%s\" or \"%s\"", cases[i].format, cases[i].good, cases[i].bad);
		assert_true(format->holds(format->example));
	}
}

static void
a_struct_becomes_a_body_without_what_is_absent(void **state)
{
	static const struct item two[] = { { "a", 1 }, { "b\"", 2 } };
	const int64_t ttl = 60;
	struct order value = { .email = "ada@example.com", .ttl = &ttl, .small = -7, .items = { two, 2 } };
	struct request *req = request_new();
	struct buffer out;

	(void)state;
	buffer_init(&out, req->arena);
	shape_encode(SHAPE(order), &value, &out);
	assert_string_equal(out.data,
	    "{\"email\":\"ada@example.com\",\"ttl\":60,\"small\":-7,\"gift\":false,"
	    "\"wallet\":\"00000000-0000-0000-0000-000000000000\",\"items\":[{\"sku\":\"a\",\"count\":1},"
	    "{\"sku\":\"b\\\"\",\"count\":2}],\"tags\":[]}");
	request_free(req);
}

static void
what_is_required_and_absent_is_written_as_null(void **state)
{
	struct item value = { .sku = NULL, .count = 3 };
	struct request *req = request_new();
	struct buffer out;

	(void)state;
	buffer_init(&out, req->arena);
	shape_encode(SHAPE(item), &value, &out);
	assert_string_equal(out.data, "{\"sku\":null,\"count\":3}");
	request_free(req);
}

struct search {
	const char *text;
	const int64_t *min;
	const bool *open;
	struct uuids ids;
	const struct texts *states;
};
static const struct field search[] = {
	TEXT(struct search, text),
	INT(struct search, min),
	BOOL(struct search, open),
	UUIDS(struct search, ids),
	TEXTS(struct search, states),
	SHAPE_END,
};

static const struct problem *
decode_query(struct request *req, const char *query, struct search **search_r)
{
	void *object = NULL;
	const struct problem *p = shape_decode_query(req, SHAPE(search), query, &object);

	*search_r = object;
	return p;
}

static void
a_query_becomes_a_struct(void **state)
{
	struct request *req = request_new();
	struct search *got;

	(void)state;
	assert_null(decode_query(
	    req, "text=a+b%2Bc&min=-12&open=true&ids=019b76da-a800-7c3e-8f21-5d0a9c1e4b72&states=on,off", &got));
	assert_string_equal(got->text, "a b+c");
	assert_int_equal(*got->min, -12);
	assert_true(*got->open);
	assert_int_equal(got->ids.count, 1);
	assert_int_equal(got->states->count, 2);
	request_free(req);
}

static void
wrong_parameters_are_named(void **state)
{
	static const struct {
		const char *query, *pointer;
	} cases[] = { { "text=a&text=a", "?text" }, { "nonsense=1", "?nonsense" }, { "min=1.5", "?min" },
		{ "min=+1", "?min" }, { "min=", "?min" }, { "min=01", "?min" }, { "open=yes", "?open" },
		{ "min=9223372036854775808", "?min" }, { "ids=x", "?ids" }, { "limit=5", "?limit" },
		{ "text&text", "?text" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request *req = request_new();
		struct search *got;
		const struct problem *p = decode_query(req, cases[i].query, &got);

		if (!points_to(p, cases[i].pointer))
			fail_msg("%s was not refused at %s", cases[i].query, cases[i].pointer);
		request_free(req);
	}
}

static void
a_broken_query_is_400(void **state)
{
	static const char *const queries[] = { "text=%", "text=%zz", "text=%00", "text=%ff", "%0a=1" };

	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct request *req = request_new();
		struct search *got;
		const struct problem *p = decode_query(req, queries[i], &got);

		assert_non_null(p);
		assert_int_equal(p->id, PROBLEM_BAD_REQUEST);
		request_free(req);
	}
}

static void
the_schema_says_the_same(void **state)
{
	struct request *req = request_new();
	struct buffer out;

	(void)state;
	buffer_init(&out, req->arena);
	shape_print_schema(SHAPE(item), &out);
	assert_string_equal(out.data,
	    "{\"type\":\"object\",\"additionalProperties\":false,\"required\":[\"sku\",\"count\"],\"properties\":{"
	    "\"sku\":{\"type\":\"string\",\"minLength\":1,\"maxLength\":8,\"examples\":[\"text\"]},"
	    "\"count\":{\"type\":\"integer\",\"format\":\"int64\",\"minimum\":1,\"maximum\":99,\"examples\":[1]}}}");
	request_free(req);
}

static void
a_table_that_cannot_be_is_found(void **state)
{
	static const struct field wrong[] = { TEXT(struct item, sku, .format = "emial"), SHAPE_END };
	static const struct field twice[] = { TEXT(struct item, sku), TEXT(struct item, sku), SHAPE_END };
	struct request *req = request_new();

	(void)state;
	assert_null(shape_table_fault(req->arena, order));
	assert_non_null(shape_table_fault(req->arena, wrong));
	assert_non_null(shape_table_fault(req->arena, twice));
	request_free(req);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_body_becomes_a_struct),
		cmocka_unit_test(what_did_not_come_is_absent),
		cmocka_unit_test(wrong_values_are_named_by_their_pointer),
		cmocka_unit_test(all_faults_are_told_at_once),
		cmocka_unit_test(no_more_than_twenty_faults_are_told),
		cmocka_unit_test(what_is_not_json_is_400),
		cmocka_unit_test(a_body_that_is_no_object_is_422),
		cmocka_unit_test(lengths_count_code_points),
		cmocka_unit_test(formats_hold_what_they_say),
		cmocka_unit_test(a_struct_becomes_a_body_without_what_is_absent),
		cmocka_unit_test(what_is_required_and_absent_is_written_as_null),
		cmocka_unit_test(a_query_becomes_a_struct),
		cmocka_unit_test(wrong_parameters_are_named),
		cmocka_unit_test(a_broken_query_is_400),
		cmocka_unit_test(the_schema_says_the_same),
		cmocka_unit_test(a_table_that_cannot_be_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
