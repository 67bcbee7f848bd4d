/* web_change_test.c -- a retry never changes an outcome: collisions, twins, refusals and lost answers. */
#include "tests/core/web_request.h"

#include "core/base/log.h"
#include "core/trust/key.h"
#include "core/web/dispatch.h"
#include "core/web/reply_seal.h"
#include "tests/core/web_fakes.h"

struct payment {
	const char *amount, *note;
};
static const struct field payment[] = {
	MONEY(struct payment, amount, .required = true),
	TEXT(struct payment, note),
	SHAPE_END,
};
static const struct shape payment_shape = { "payment", payment, sizeof(struct payment) };

static enum problem_id refusal;
static unsigned collisions;

static const struct problem *
payment_make(struct request *req, struct reply *out)
{
	const struct problem *p;

	trail("handler");
	if ((p = ask_database(req)) != NULL)
		return p;
	if (collisions > 0) {
		collisions--;
		return problem(req, PROBLEM_AGAIN, NULL);
	}
	if (refusal != PROBLEM_UNSET)
		return problem(req, refusal, "Not enough money.");
	return reply_created(out, "/v1/payments/1", req->given);
}

static const struct problem *
payment_prepare(struct request *req, struct reply *out)
{
	(void)out;
	trail("prepare");
	req->prepared = arena_text(req->arena, "prepared");
	return NULL;
}

static const struct problem *
payment_prepared(struct request *req, struct reply *out)
{
	assert_string_equal(req->prepared, "prepared");
	return payment_make(req, out);
}

/* Knows from the body alone that it will not. */
static const struct problem *
payment_refuse(struct request *req, struct reply *out)
{
	(void)out;
	trail("handler");
	return problem(req, PROBLEM_CONFLICT, "Not today.");
}

#define PAYS .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &payment_shape, .reply = &payment_shape

static const struct route routes[] = {
	{ POST, "/v1/payments", PAYS, .handler = payment_make, .says = "Pay" },
	{ POST, "/v1/prepared", PAYS, .prepare = payment_prepare, .handler = payment_prepared,
	    .says = "Pay, prepared" },
	{ POST, "/v1/secrets", PAYS, .sealed_reply = true, .handler = payment_make, .says = "Make a secret" },
	{ POST, "/v1/refused", PAYS, .handler = payment_refuse, .says = "Be refused" },
	{ POST, "/v1/open", .who = ANYONE, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .body = &payment_shape,
	    .reply = &payment_shape, .handler = payment_make, .says = "Pay as anyone" },
	{ 0 },
};
static const struct area area = { .name = "payment", .routes = routes };

static int
open_house(void **state)
{
	const struct area *areas[] = { &area, NULL };

	(void)state;
	log_open("/dev/null");
	dispatch_open(areas);
	return 0;
}

static struct request *
paying(const char *path, const char *key, const char *json)
{
	struct request *req = request_new();

	req->method = POST;
	req->method_name = "POST";
	req->path = req->target = path;
	req->body = (struct bytes){ (const uint8_t *)json, strlen(json) };
	request_has(req, "content-type", "application/json");
	if (key != NULL)
		request_has(req, "idempotency-key", key);
	fakes.trail[0] = '\0';
	return req;
}

#define LUNCH "{\"amount\":\"19.99\",\"note\":\"lunch\"}"

static int
begin(void **state)
{
	fakes_reset();
	fakes.signed_in = true;
	refusal = PROBLEM_UNSET;
	collisions = 0;
	*state = paying("/v1/payments", "k1", LUNCH);
	return 0;
}

static int
end(void **state)
{
	request_free(*state);
	return 0;
}

#define DOOR "address recognise principal load admit "
#define TRY  "begin check look handler flush "

static void
collisions_are_tried_again(void **state)
{
	struct reply out;

	collisions = 2;
	dispatch(*state, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(out.body.data, LUNCH);
	assert_string_equal(fakes.trail, DOOR TRY "rollback load admit " TRY "rollback load admit " TRY "audit keep commit");
}

static void
five_tries_are_enough(void **state)
{
	struct reply out;

	collisions = 100;
	dispatch(*state, &out);
	assert_int_equal(out.status, 503);
	assert_non_null(reply_find_header(&out, "Retry-After"));
	assert_int_equal(collisions, 95);
	assert_false(fakes.row.there);
}

static void
changed_rights_are_loaded_before_the_next_try(void **state)
{
	struct reply out;

	fakes.check_again = 1;
	dispatch(*state, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(fakes.trail, DOOR TRY "rollback load admit " TRY "audit keep commit");
}

/* Sends the same again and holds the answer against the first. */
static void
then_a_repeat_gets_the_same(const char *json, const struct reply *first)
{
	struct request *req = paying("/v1/payments", "k1", json);
	struct reply out;

	dispatch(req, &out);
	assert_int_equal(out.status, first->status);
	assert_string_equal(out.body.data, first->body.data);
	assert_string_equal(out.content_type, first->content_type);
	assert_string_equal(reply_find_header(&out, "Idempotency-Replayed"), "true");
	assert_null(strstr(fakes.trail, "commit"));
	request_free(req);
}

static void
a_repeat_gets_the_first_answer(void **state)
{
	struct reply out;

	dispatch(*state, &out);
	assert_null(reply_find_header(&out, "Idempotency-Replayed"));
	then_a_repeat_gets_the_same(LUNCH, &out);
	then_a_repeat_gets_the_same("{ \"note\" : \"lunch\", \"amount\":\"19.99\" }", &out);
}

static void
another_body_under_the_key_names_the_field(void **state)
{
	struct request *req;
	struct reply out;

	dispatch(*state, &out);
	req = paying("/v1/payments", "k1", "{\"amount\":\"19.98\",\"note\":\"lunch\"}");
	dispatch(req, &out);
	assert_int_equal(out.status, 422);
	assert_non_null(strstr(out.body.data, "idempotency-key-reused"));
	assert_non_null(strstr(out.body.data, "\"pointer\":\"/amount\""));
	assert_null(strstr(out.body.data, "\"pointer\":\"/note\""));
	request_free(req);
}

static void
a_lasting_refusal_is_the_answer_from_then_on(void **state)
{
	struct reply out;

	refusal = PROBLEM_CONFLICT;
	dispatch(*state, &out);
	assert_int_equal(out.status, 409);
	assert_string_equal(fakes.trail, DOOR TRY "rollback begin audit settle commit");
	refusal = PROBLEM_UNSET;
	then_a_repeat_gets_the_same(LUNCH, &out);
}

static void
a_passing_refusal_is_not_kept(void **state)
{
	struct reply out;

	refusal = PROBLEM_UNAVAILABLE;
	dispatch(*state, &out);
	assert_int_equal(out.status, 503);
	assert_false(fakes.row.there);
	assert_null(strstr(fakes.trail, "settle"));
}

/* Refused by what the twin has taken meanwhile: not there when we looked, there when we settle. */
static void
a_refusal_gives_way_to_a_twin(void **state)
{
	struct reply out;

	refusal = PROBLEM_CONFLICT;
	fakes.twin_at_settle = true;
	dispatch(*state, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(out.body.data, "{\"by\":\"twin\"}");
	assert_string_equal(reply_find_header(&out, "Idempotency-Replayed"), "true");
}

static void
the_slower_twin_gets_the_answer_of_the_faster(void **state)
{
	struct reply out;

	fakes.twin_first = true;
	dispatch(*state, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(out.body.data, "{\"by\":\"twin\"}");
	assert_string_equal(reply_find_header(&out, "Location"), "/v1/things/twin");
	assert_string_equal(fakes.trail, DOOR TRY "audit keep commit load admit " TRY "rollback");
}

static void
a_lost_commit_that_was_done_is_answered(void **state)
{
	struct reply out;

	fakes.outcomes[0] = DB_UNKNOWN;
	fakes.lost_but_done = true;
	dispatch(*state, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(out.body.data, LUNCH);
	assert_string_equal(fakes.trail, DOOR TRY "audit keep commit begin settle rollback");
}

static void
a_lost_commit_that_was_not_done_is_done_again(void **state)
{
	struct reply out;

	fakes.outcomes[0] = DB_UNKNOWN;
	dispatch(*state, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(fakes.trail, DOOR TRY "audit keep commit begin settle rollback load admit " TRY "audit keep commit");
}

static void
without_a_key_a_lost_commit_is_503(void **state)
{
	struct request *req = paying("/v1/payments", NULL, LUNCH);
	struct reply out;

	(void)state;
	fakes.outcomes[0] = DB_UNKNOWN;
	dispatch(req, &out);
	assert_int_equal(out.status, 503);
	request_free(req);
}

static void
a_constraint_that_fails_at_commit_is_a_refusal(void **state)
{
	struct reply out;

	fakes.outcomes[0] = DB_ROLLED_BACK;
	fakes.commit_problem = PROBLEM_CONFLICT;
	dispatch(*state, &out);
	assert_int_equal(out.status, 409);
	assert_true(fakes.row.there);
	assert_int_equal(fakes.row.status, 409);
}

static void
a_refusal_lost_at_commit_is_kept_in_the_end(void **state)
{
	struct reply out;

	refusal = PROBLEM_CONFLICT;
	fakes.outcomes[0] = DB_UNKNOWN;
	dispatch(*state, &out);
	assert_int_equal(out.status, 409);
	assert_int_equal(fakes.row.status, 409);
}

static void
preparing_comes_once_and_after_the_checks(void **state)
{
	struct request *req = paying("/v1/prepared", "k1", LUNCH);
	struct reply out;

	(void)state;
	collisions = 1;
	dispatch(req, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(fakes.trail, DOOR "check look flush prepare " TRY "rollback load admit " TRY "audit keep commit");
	assert_int_equal(req->span_count, 1);
	request_free(req);
}

static void
a_repeat_prepares_nothing(void **state)
{
	struct request *req = paying("/v1/prepared", "k1", LUNCH);
	struct reply out;

	(void)state;
	dispatch(req, &out);
	request_free(req);
	req = paying("/v1/prepared", "k1", LUNCH);
	dispatch(req, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(fakes.trail, DOOR "check look flush");
	request_free(req);
}

static void
a_session_that_ended_prepares_nothing(void **state)
{
	struct request *req = paying("/v1/prepared", "k1", LUNCH);
	struct reply out;

	(void)state;
	fakes.check = PROBLEM_UNAUTHENTICATED;
	dispatch(req, &out);
	assert_int_equal(out.status, 401);
	assert_null(strstr(fakes.trail, "prepare"));
	request_free(req);
}

static void
a_session_that_ended_learns_of_no_refusal(void **state)
{
	struct request *req = paying("/v1/refused", "k1", LUNCH);
	struct reply out;

	(void)state;
	fakes.check = PROBLEM_UNAUTHENTICATED;
	dispatch(req, &out);
	assert_int_equal(out.status, 401);
	assert_false(fakes.row.there);
	request_free(req);
}

static void
an_anonymous_key_is_ignored(void **state)
{
	struct request *req = paying("/v1/open", "not a key\n", LUNCH);
	struct reply out;

	(void)state;
	dispatch(req, &out);
	assert_int_equal(out.status, 201);
	assert_string_equal(fakes.trail, "address principal admit begin handler flush audit commit");
	request_free(req);
}

static void
a_key_that_is_none_is_400(void **state)
{
	static char long_key[257];
	const char *const keys[] = { "", "a b", "\xc3\xa4", "\x7f", long_key };

	(void)state;
	memset(long_key, 'k', 256);
	for (size_t i = 1; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct request *req = paying("/v1/payments", keys[i], LUNCH);
		struct reply out;

		dispatch(req, &out);
		assert_int_equal(out.status, 400);
		request_free(req);
	}
}

static void
a_secret_is_kept_sealed_and_given_again(void **state)
{
	struct request *req = paying("/v1/secrets", "k1", LUNCH);
	struct reply first, out;

	(void)state;
	dispatch(req, &first);
	assert_int_equal(first.status, 201);
	assert_null(memmem(fakes.row.body, fakes.row.body_length, "lunch", 5));
	request_free(req);
	req = paying("/v1/secrets", "k1", LUNCH);
	dispatch(req, &out);
	assert_string_equal(out.body.data, LUNCH);
	request_free(req);
}

static void
another_key_opens_nothing(void **state)
{
	struct request *req = request_new();
	struct bytes plain;
	struct bytes sealed;

	(void)state;
	req->idempotency_key = "k1";
	sealed = reply_seal(req, (struct bytes){ (const uint8_t *)"secret", 6 });
	assert_true(reply_unseal(req, sealed, &plain));
	assert_memory_equal(plain.data, "secret", 6);
	req->idempotency_key = "k2";
	assert_false(reply_unseal(req, sealed, &plain));
	assert_false(reply_unseal(req, (struct bytes){ sealed.data, 10 }, &plain));
	request_free(req);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(collisions_are_tried_again),
		TEST(five_tries_are_enough),
		TEST(changed_rights_are_loaded_before_the_next_try),
		TEST(a_repeat_gets_the_first_answer),
		TEST(another_body_under_the_key_names_the_field),
		TEST(a_lasting_refusal_is_the_answer_from_then_on),
		TEST(a_passing_refusal_is_not_kept),
		TEST(a_refusal_gives_way_to_a_twin),
		TEST(the_slower_twin_gets_the_answer_of_the_faster),
		TEST(a_lost_commit_that_was_done_is_answered),
		TEST(a_lost_commit_that_was_not_done_is_done_again),
		TEST(without_a_key_a_lost_commit_is_503),
		TEST(a_constraint_that_fails_at_commit_is_a_refusal),
		TEST(a_refusal_lost_at_commit_is_kept_in_the_end),
		TEST(preparing_comes_once_and_after_the_checks),
		TEST(a_repeat_prepares_nothing),
		TEST(a_session_that_ended_prepares_nothing),
		TEST(a_session_that_ended_learns_of_no_refusal),
		TEST(an_anonymous_key_is_ignored),
		TEST(a_key_that_is_none_is_400),
		TEST(a_secret_is_kept_sealed_and_given_again),
		TEST(another_key_opens_nothing),
	};

	return cmocka_run_group_tests(tests, open_house, NULL);
}
