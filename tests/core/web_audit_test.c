/* web_audit_test.c -- what the dispatcher writes down of changes and refusals, and what it only counts. */
#include "tests/core/web_request.h"

#include <stdio.h>

#include "core/base/log.h"
#include "core/web/audit.h"
#include "core/web/audit_tally.h"
#include "core/web/dispatch.h"
#include "core/web/reply.h"
#include "tests/core/web_fakes.h"

#define ID   "0190b5a0-0000-7000-8000-000000000001"
#define MADE "0190b5a0-0000-7000-8000-000000000002"

static enum problem_id refusal;
static const char *says;
static unsigned collisions;

static const struct problem *
work(struct request *req, struct reply *out)
{
	const struct problem *p;

	if ((p = ask_database(req)) != NULL)
		return p;
	if (says != NULL)
		audit_say(req, (struct uuid){ { 7 } }, says);
	if (collisions > 0) {
		collisions--;
		says = NULL;
		return problem(req, PROBLEM_AGAIN, NULL);
	}
	if (refusal != PROBLEM_UNSET)
		return problem(req, refusal, NULL);
	return req->method == POST ? reply_created(out, "/v1/things/" MADE, NULL) : reply_no_content(out);
}

#define CHANGE .who = USER, .limit = LIMIT_WRITE, .handler = work, .says = "Work"

static const struct route routes[] = {
	{ POST, "/v1/things", CHANGE, .idempotency = BY_KEY },
	{ DELETE, "/v1/things/{id}/parts/{name}", CHANGE, .idempotency = BY_NATURE },
	{ GET, "/v1/things", .who = USER, .limit = LIMIT_READ, .handler = work, .says = "Read" },
	{ GET, "/v1/things/export", .who = USER, .limit = LIMIT_HEAVY, .audited = true, .handler = work,
	    .says = "Take" },
	{ POST, "/v1/open", .who = ANYONE, .limit = LIMIT_WRITE, .idempotency = NEVER, .handler = work, .says = "Try" },
	{ 0 },
};
static const struct area area = { .name = "thing", .routes = routes };

static int
open_house(void **state)
{
	const struct area *areas[] = { &area, NULL };

	(void)state;
	log_open("/dev/null");
	dispatch_open(areas);
	return 0;
}

static int
begin(void **state)
{
	fakes_reset();
	fakes.signed_in = true;
	refusal = PROBLEM_UNSET;
	says = NULL;
	collisions = 0;
	*state = request_new();
	return 0;
}

/* What was counted is written, so that no test finds another's. */
static int
end(void **state)
{
	audit_tally_write(*state);
	request_free(*state);
	return 0;
}

static void
send(struct request *req, enum method method, const char *method_name, const char *path)
{
	struct reply out;

	req->method = method;
	req->method_name = method_name;
	req->path = req->target = path;
	dispatch(req, &out);
}

static const struct fake_audit *
then_one_row(void)
{
	assert_int_equal(fakes.audit_count, 1);
	return &fakes.audits[0];
}

static void
a_change_says_who_what_and_to_what(void **state)
{
	const struct fake_audit *row;

	send(*state, DELETE, "DELETE", "/v1/things/" ID "/parts/lid");
	row = then_one_row();
	assert_true(row->party && row->session);
	assert_string_equal(row->route, "DELETE /v1/things/{id}/parts/{name}");
	assert_string_equal(row->subject, "lid");
	assert_string_equal(row->address, "192.0.2.7");
	assert_string_equal(row->request, "0123456789abcdef0123456789abcdef");
	assert_int_equal(row->status, 204);
	assert_int_equal(row->times, 1);
	assert_string_equal(row->problem, "");
	assert_non_null(strstr(fakes.trail, "audit commit"));
}

static void
what_was_made_is_the_subject(void **state)
{
	send(*state, POST, "POST", "/v1/things");
	assert_string_equal(then_one_row()->subject, MADE);
	assert_int_equal(then_one_row()->status, 201);
}

static void
a_route_may_say_more(void **state)
{
	says = "signed in";
	send(*state, POST, "POST", "/v1/things");
	assert_string_equal(then_one_row()->what, "signed in");
	assert_string_equal(then_one_row()->subject, "07000000-0000-0000-0000-000000000000");
}

static void
what_a_repeated_try_said_is_forgotten(void **state)
{
	says = "signed in";
	collisions = 1;
	send(*state, POST, "POST", "/v1/things");
	assert_string_equal(then_one_row()->what, "");
	assert_string_equal(then_one_row()->subject, MADE);
}

static void
a_refusal_is_written_after_the_rollback(void **state)
{
	refusal = PROBLEM_CONFLICT;
	send(*state, DELETE, "DELETE", "/v1/things/" ID "/parts/lid");
	assert_string_equal(then_one_row()->problem, "conflict");
	assert_int_equal(then_one_row()->status, 409);
	assert_string_equal(then_one_row()->subject, "lid");
	assert_non_null(strstr(fakes.trail, "rollback audit flush"));
}

static void
a_refusal_before_the_handler_is_written_too(void **state)
{
	fakes.admit = PROBLEM_FORBIDDEN;
	send(*state, POST, "POST", "/v1/things");
	assert_string_equal(then_one_row()->problem, "forbidden");
}

static void
an_outage_is_no_refusal(void **state)
{
	refusal = PROBLEM_UNAVAILABLE;
	send(*state, POST, "POST", "/v1/things");
	assert_int_equal(fakes.audit_count, 0);
	assert_false(audit_tally_is_due(&env_system, 0));
}

static void
reads_leave_nothing(void **state)
{
	send(*state, GET, "GET", "/v1/things");
	refusal = PROBLEM_NOT_FOUND;
	send(*state, GET, "GET", "/v1/things");
	assert_int_equal(fakes.audit_count, 0);
}

static void
reads_that_are_audited_leave_a_row(void **state)
{
	send(*state, GET, "GET", "/v1/things/export");
	assert_string_equal(then_one_row()->route, "GET /v1/things/export");
	refusal = PROBLEM_FORBIDDEN;
	send(*state, GET, "GET", "/v1/things/export");
	assert_int_equal(fakes.audit_count, 2);
	assert_string_equal(fakes.audits[1].problem, "forbidden");
}

static void
a_path_that_is_long_is_cut_between_characters(void **state)
{
	char path[600] = "/v1/things/x/parts/a";

	for (size_t at = strlen(path); at + 2 < 220; at += 2)
		memcpy(path + at, "\xc3\xa4", 2);
	send(*state, DELETE, "DELETE", path);
	assert_int_equal(strlen(then_one_row()->subject), 127);
}

static void
refusals_of_nobody_are_counted(void **state)
{
	fakes.signed_in = false;
	fakes.admit = PROBLEM_UNAUTHENTICATED;
	for (int i = 0; i < 1000; i++)
		send(*state, POST, "POST", "/v1/things");
	assert_int_equal(fakes.audit_count, 0);
	assert_false(audit_tally_is_due(&env_system, 60));
	assert_true(audit_tally_is_due(&env_system, 0));
	audit_tally_write(*state);
	assert_int_equal(then_one_row()->times, 1000);
	assert_string_equal(then_one_row()->problem, "unauthenticated");
	assert_string_equal(then_one_row()->address, "192.0.2.7");
	assert_false(then_one_row()->party);
	assert_false(audit_tally_is_due(&env_system, 0));
}

static void
a_spent_limit_is_counted_for_its_principal(void **state)
{
	fakes.limit = PROBLEM_TOO_MANY_REQUESTS;
	send(*state, POST, "POST", "/v1/things");
	send(*state, POST, "POST", "/v1/things");
	assert_int_equal(fakes.audit_count, 0);
	audit_tally_write(*state);
	assert_int_equal(then_one_row()->times, 2);
	assert_true(then_one_row()->party);
}

static void
a_refusal_of_nobody_that_is_spoken_of_is_written(void **state)
{
	fakes.signed_in = false;
	refusal = PROBLEM_UNAUTHENTICATED;
	says = "an old refresh token was used";
	send(*state, POST, "POST", "/v1/open");
	assert_string_equal(then_one_row()->what, "an old refresh token was used");
}

/* Ten thousand addresses cost what a hundred and thirty rows cost, and none of the refusals is lost. */
static void
many_addresses_do_not_make_many_rows(void **state)
{
	struct request *req = *state;
	char address[32];

	fakes.signed_in = false;
	refusal = PROBLEM_UNAUTHENTICATED;
	req->address = address;
	for (int i = 0; i < 10000; i++) {
		snprintf(address, sizeof(address), "10.1.%d.%d", i / 100, i % 100);
		send(req, POST, "POST", "/v1/open");
	}
	audit_tally_write(req);
	assert_int_equal(fakes.audit_count, TALLY_ADDRESSES + 1);
	assert_int_equal(fakes.audit_times, 10000);
}

#define audit_test(function) cmocka_unit_test_setup_teardown(function, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		audit_test(a_change_says_who_what_and_to_what),
		audit_test(what_was_made_is_the_subject),
		audit_test(a_route_may_say_more),
		audit_test(what_a_repeated_try_said_is_forgotten),
		audit_test(a_refusal_is_written_after_the_rollback),
		audit_test(a_refusal_before_the_handler_is_written_too),
		audit_test(an_outage_is_no_refusal),
		audit_test(reads_leave_nothing),
		audit_test(reads_that_are_audited_leave_a_row),
		audit_test(a_path_that_is_long_is_cut_between_characters),
		audit_test(refusals_of_nobody_are_counted),
		audit_test(a_spent_limit_is_counted_for_its_principal),
		audit_test(a_refusal_of_nobody_that_is_spoken_of_is_written),
		audit_test(many_addresses_do_not_make_many_rows),
	};

	return cmocka_run_group_tests(tests, open_house, NULL);
}
