/* request_test.c -- headers and spans of a request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/request.h"

static int64_t ticks;

static int64_t
ticking(const struct env *env)
{
	(void)env;
	return ticks;
}

static const struct env slow = { .monotonic = ticking };

static void
a_header_is_found_by_its_name(void **state)
{
	const struct header headers[] = { { "accept", "*/*" }, { "x-request-id", "" } };
	struct request req = { .headers = headers, .header_count = 2 };

	(void)state;
	assert_string_equal(request_header(&req, "accept"), "*/*");
	assert_string_equal(request_header(&req, "x-request-id"), "");
	assert_null(request_header(&req, "authorization"));
	assert_null(request_header(&(struct request){ 0 }, "accept"));
}

static void
spans_count_from_the_requests_start(void **state)
{
	struct request req = { .env = &slow, .began = 1000 };

	(void)state;
	ticks = 1700;
	request_span(&req, "session_page", 1200);
	assert_int_equal(req.span_count, 1);
	assert_string_equal(req.spans[0].name, "session_page");
	assert_int_equal(req.spans[0].began, 200);
	assert_int_equal(req.spans[0].took, 500);
}

static void
spans_past_the_maximum_are_counted_and_not_kept(void **state)
{
	struct request req = { .env = &slow };

	(void)state;
	for (int i = 0; i < 100; i++)
		request_span(&req, "x", 0);
	assert_int_equal(req.span_count, 100);
}

static void
an_area_is_found_by_its_name(void **state)
{
	static const int wallet;
	const struct area_row rows[] = { { .name = "ops" },
		{ .name = "wallet", .area = (const struct area *)(const void *)&wallet } };
	const struct house house = { .areas = rows, .area_count = 2 };

	(void)state;
	assert_ptr_equal(house_area(&house, "wallet"), &wallet);
	assert_null(house_area(&house, "ledger"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_is_found_by_its_name),
		cmocka_unit_test(spans_count_from_the_requests_start),
		cmocka_unit_test(spans_past_the_maximum_are_counted_and_not_kept),
		cmocka_unit_test(an_area_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
