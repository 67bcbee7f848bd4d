/* web_wait_test.c -- Prefer: wait: the outcome when it comes in time, and the 202 as it was when it does not. */
#include "tests/core/web_request.h"

#include "core/web/reply.h"
#include "core/web/route.h"
#include "core/web/wait.h"

#define ID "01890000-0000-7000-8000-00000000000a"

static unsigned asked, decided_at, entered, left;
static bool full, troubled;

static bool
enter(void *context)
{
	(void)context;
	entered += !full;
	return !full;
}

static void
leave(void *context)
{
	(void)context;
	left++;
}

static const struct problem *
outcome(struct request *req, struct reply *out)
{
	char text[UUID_TEXT_SIZE];

	assert_string_equal(uuid_print(req->awaited, text), ID);
	if (troubled)
		return problem(req, PROBLEM_UNAVAILABLE, NULL);
	return ++asked < decided_at ? NULL : reply_text(out, "text/plain", "decided");
}

static const struct route waiting = { .outcome = outcome };
static const struct route plain = { 0 };

static struct reply
answered(struct request *req, const struct route *route, unsigned status, const char *location)
{
	struct reply out;

	asked = entered = left = 0;
	req->route = route;
	req->deadline = env_monotonic(req->env) + 10 * SECOND;
	reply_init(&out, req);
	reply_text(&out, "text/plain", "accepted");
	out.status = status;
	if (location != NULL)
		reply_header(&out, "Location", location);
	wait_for_outcome(req, &out);
	assert_int_equal(entered, left);
	return out;
}

static int
prepare(void **state)
{
	*state = request_new();
	full = troubled = false;
	decided_at = 1;
	wait_open((struct wait_room){ enter, leave, NULL });
	return 0;
}

static int
finish(void **state)
{
	request_free(*state);
	return 0;
}

static void
who_does_not_ask_to_wait_is_told_that_it_was_accepted(void **state)
{
	struct request *req = *state;

	assert_int_equal(answered(req, &waiting, 202, "/v1/things/" ID).status, 202);
	assert_int_equal(asked, 0);
}

static void
who_waits_gets_the_outcome(void **state)
{
	struct request *req = *state;
	struct reply out;

	request_has(req, "prefer", "wait=5");
	decided_at = 3;
	out = answered(req, &waiting, 202, "/v1/things/" ID);
	assert_int_equal(out.status, 200);
	assert_string_equal(out.body.data, "decided");
	assert_int_equal(asked, 3);
	assert_string_equal(reply_find_header(&out, "Location"), "/v1/things/" ID);
}

static void
what_is_not_decided_in_time_stays_accepted(void **state)
{
	struct request *req = *state;
	int64_t began = env_monotonic(req->env);
	struct reply out;

	request_has(req, "prefer", "wait=1");
	decided_at = 1000000;
	out = answered(req, &waiting, 202, "/v1/things/" ID);
	assert_int_equal(out.status, 202);
	assert_string_equal(out.body.data, "accepted");
	assert_true(asked > 5);
	assert_true(env_monotonic(req->env) - began < 2 * SECOND);
}

static void
nobody_waits_where_it_is_full(void **state)
{
	struct request *req = *state;

	request_has(req, "prefer", "wait=5");
	full = true;
	assert_int_equal(answered(req, &waiting, 202, "/v1/things/" ID).status, 202);
	assert_int_equal(asked, 0);
}

static void
trouble_while_waiting_does_not_unsay_the_acceptance(void **state)
{
	struct request *req = *state;

	request_has(req, "prefer", "wait=0");
	troubled = true;
	assert_int_equal(answered(req, &waiting, 202, "/v1/things/" ID).status, 202);
}

static void
only_what_was_accepted_has_an_outcome(void **state)
{
	struct request *req = *state;

	request_has(req, "prefer", "wait=5");
	assert_int_equal(answered(req, &plain, 202, "/v1/things/" ID).status, 202);
	assert_int_equal(answered(req, &waiting, 404, NULL).status, 404);
	assert_int_equal(answered(req, &waiting, 202, "/v1/things/x").status, 202);
	assert_int_equal(asked, 0);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_does_not_ask_to_wait_is_told_that_it_was_accepted, prepare, finish),
		cmocka_unit_test_setup_teardown(who_waits_gets_the_outcome, prepare, finish),
		cmocka_unit_test_setup_teardown(what_is_not_decided_in_time_stays_accepted, prepare, finish),
		cmocka_unit_test_setup_teardown(nobody_waits_where_it_is_full, prepare, finish),
		cmocka_unit_test_setup_teardown(trouble_while_waiting_does_not_unsay_the_acceptance, prepare, finish),
		cmocka_unit_test_setup_teardown(only_what_was_accepted_has_an_outcome, prepare, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
