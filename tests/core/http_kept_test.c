/* http_kept_test.c -- how often other people's servers are asked, by a clock and a server of the test's own. */
#include "tests/core/trust_kit.h"

#include <string.h>

#include "core/net/http_client.h"
#include "core/net/http_kept.h"

#define FRESH (600 * SECOND)
#define SOON  (3 * SECOND)

static const char *says; /* NULL: it does not answer */
static int64_t takes;    /* microseconds */
static unsigned asked, patience;

/* Take the place of core/net/http_client.c. */
void
http_ask(struct request *req, const struct http_ask *ask, struct http_answer *answer_r)
{
	(void)req;
	asked++;
	patience = ask->timeout;
	kit->now += takes;
	*answer_r = (struct http_answer){ .failure = says != NULL ? HTTP_OK : HTTP_TIMEOUT, .status = 200 };
	if (says != NULL)
		answer_r->body = (struct bytes){ (const uint8_t *)says, strlen(says) };
}

const char *
http_failure_text(enum http_failure failure)
{
	return failure == HTTP_OK ? "an answer came" : "no answer in time";
}

static int
begin(void **state)
{
	kit_begin(state);
	kit_pass(100000); /* what an earlier test asked for is long ago */
	kit->req.began = kit->now;
	asked = 0;
	takes = 0;
	return 0;
}

/* A document of the test's own. */
static const char *
fetched(const char *name, int64_t fresh)
{
	const char *text = NULL;

	kit->req.began = kit->now;
	return http_kept(&kit->req, name, fresh, &text) == NULL ? text : NULL;
}

static void
a_document_is_kept_while_it_is_fresh(void **state)
{
	(void)state;
	says = "one";
	assert_string_equal(fetched("kept", FRESH), "one");
	says = "two";
	kit_pass(599);
	assert_string_equal(fetched("kept", FRESH), "one");
	assert_int_equal(asked, 1);
	kit_pass(1);
	assert_string_equal(fetched("kept", FRESH), "two");
	assert_int_equal(asked, 2);
}

/* Each call hangs for its three seconds: at 0, 6, 15, 30, 57, 108, then 63 apart. */
static void
a_server_that_hangs_is_asked_less_and_less_often(void **state)
{
	const int64_t began = kit->now;

	(void)state;
	says = NULL;
	takes = 3 * SECOND;
	while (kit->now - began < 600 * SECOND) {
		assert_null(fetched("hangs", FRESH));
		kit_pass(1);
	}
	assert_int_equal(asked, 13);
	says = "well again";
	takes = 0;
	kit_pass(60);
	assert_string_equal(fetched("hangs", FRESH), "well again");
}

static void
what_it_said_goes_on_counting(void **state)
{
	(void)state;
	says = "before";
	fetched("gone", FRESH);
	says = NULL;
	kit_pass(700);
	assert_string_equal(fetched("gone", FRESH), "before");
	assert_string_equal(fetched("gone", FRESH), "before");
	assert_int_equal(asked, 2);
}

/* At 3, 6, 12, 24, 48, 96, then a minute apart; a rotation is seen with the next call, and then it is as at first. */
static void
who_asks_in_vain_asks_less_and_less_often(void **state)
{
	(void)state;
	says = "keys";
	fetched("keys", FRESH);
	for (int i = 0; i < 590; i++) {
		kit_pass(1);
		fetched("keys", SOON);
	}
	assert_int_equal(asked, 15);
	says = "new keys";
	kit_pass(60);
	assert_string_equal(fetched("keys", SOON), "new keys");
	asked = 0;
	kit_pass(3);
	fetched("keys", SOON);
	assert_int_equal(asked, 1);
}

static void
who_was_left_in_peace_begins_anew(void **state)
{
	(void)state;
	says = NULL;
	for (int i = 0; i < 100; i++) {
		fetched("rests", FRESH);
		kit_pass(1);
	}
	kit_pass(200);
	asked = 0;
	fetched("rests", FRESH);
	kit_pass(4);
	fetched("rests", FRESH);
	assert_int_equal(asked, 2);
}

static void
a_request_waits_three_seconds_in_all(void **state)
{
	const char *text;

	(void)state;
	says = "a";
	takes = 2 * SECOND;
	kit->req.began = kit->now;
	http_kept(&kit->req, "first", FRESH, &text);
	assert_int_equal(patience, 3000);
	http_kept(&kit->req, "second", FRESH, &text);
	assert_int_equal(patience, 1000);
	http_kept(&kit->req, "third", FRESH, &text);
	assert_int_equal(patience, 1);
}

static void
the_oldest_makes_room(void **state)
{
	(void)state;
	says = "a";
	for (int i = 0; i < 17; i++)
		assert_string_equal(fetched(arena_format(kit->req.arena, "of many %d", i), FRESH), "a");
	asked = 0;
	fetched("of many 16", FRESH);
	assert_int_equal(asked, 0);
	fetched("of many 0", FRESH);
	assert_int_equal(asked, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_document_is_kept_while_it_is_fresh),
		TEST(a_server_that_hangs_is_asked_less_and_less_often),
		TEST(what_it_said_goes_on_counting),
		TEST(who_asks_in_vain_asks_less_and_less_often),
		TEST(who_was_left_in_peace_begins_anew),
		TEST(a_request_waits_three_seconds_in_all),
		TEST(the_oldest_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
