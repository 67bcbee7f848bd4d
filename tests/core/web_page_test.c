/* web_page_test.c -- cursors lead on, and cannot be made, moved or mended by hand. */
#include "tests/core/web_request.h"

#include <stdlib.h>

#include "core/trust/principal.h"
#include "core/web/page_part.h"
#include "core/web/reply.h"
#include "core/web/route.h"
#include "tests/core/web_keys.h"

struct row {
	struct instant created_at;
	struct uuid id;
	int32_t rank;
	const char *name;
};
static const struct page_key newest_first[] = {
	PAGE_KEY(struct row, created_at),
	PAGE_KEY(struct row, id),
	PAGE_KEY(struct row, rank),
	PAGE_KEY(struct row, name),
	{ 0 },
};
static const struct field row[] = { TEXT(struct row, name), SHAPE_END };
struct filter {
	const char *state;
};
static const struct field filter[] = { TEXT(struct filter, state), SHAPE_END };
static const struct shape row_shape = { "row", row, sizeof(struct row) };
static const struct shape filter_shape = { "filter", filter, sizeof(struct filter) };
static const struct route route = { .method = GET, .path = "/v1/rows", .page = newest_first };
static const struct route other_route = { .method = GET, .path = "/v1/others", .page = newest_first };

static struct request *
asking(const char *query)
{
	struct request *req = request_new();
	struct route *made = ARENA_NEW(req->arena, struct route);

	*made = route;
	made->reply = &row_shape;
	made->query = &filter_shape;
	req->route = made;
	req->target = req->path = "/v1/rows";
	req->query = query;
	return req;
}

static const struct row last = { .created_at = { 1234567 }, .id = { { 1, 2, 3 } }, .rank = -5, .name = "ada" };

/* `?cursor=` of a page that ended with `last`, asked for by `req`. */
static const char *
cursor_of(struct request *req)
{
	return arena_format(req->arena, "cursor=%s", page_cursor(req, &last));
}

static void
a_first_page_starts_at_the_beginning(void **state)
{
	struct request *req = asking("");

	(void)state;
	assert_null(page_open(req));
	assert_int_equal(page_limit(req), 21);
	assert_int_equal(page_integer(req, 2, 77), 77);
	assert_int_equal(page_instant(req, 0, INSTANT_MAX).micros, INT64_MAX);
	request_free(req);
}

static void
a_cursor_leads_to_what_comes_after(void **state)
{
	struct request *req = asking("");

	(void)state;
	req->query = cursor_of(req);
	assert_null(page_open(req));
	assert_int_equal(page_instant(req, 0, INSTANT_MAX).micros, 1234567);
	assert_int_equal(page_uuid(req, 1, UUID_MAX).bytes[2], 3);
	assert_int_equal(page_integer(req, 2, 0), -5);
	assert_string_equal(page_text(req, 3, ""), "ada");
	request_free(req);
}

static void
a_limit_is_what_was_asked_or_refused(void **state)
{
	static const char *const bad[] = { "limit=0", "limit=101", "limit=", "limit=-1", "limit=1e1", "limit=020",
		"limit=99999999999", "limit=%201" };
	struct request *req = asking("limit=100");

	(void)state;
	assert_null(page_open(req));
	assert_int_equal(page_limit(req), 101);
	request_free(req);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		req = asking(bad[i]);
		if (!points_to(page_open(req), "?limit"))
			fail_msg("%s was taken", bad[i]);
		request_free(req);
	}
}

static void
then_the_cursor_is_refused(struct request *req)
{
	const struct problem *p = page_open(req);

	assert_non_null(p);
	assert_int_equal(p->id, PROBLEM_BAD_CURSOR);
}

static void
a_cursor_by_hand_is_refused(void **state)
{
	static const char *const cursors[] = { "cursor=", "cursor=abc", "cursor=!!!!",
		"cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAA" };

	(void)state;
	for (size_t i = 0; i < sizeof(cursors) / sizeof(cursors[0]); i++) {
		struct request *req = asking(cursors[i]);

		then_the_cursor_is_refused(req);
		request_free(req);
	}
}

static void
a_changed_cursor_is_refused(void **state)
{
	struct request *req = asking("");
	char *query = arena_text(req->arena, cursor_of(req));

	(void)state;
	query[40] = query[40] == 'A' ? 'B' : 'A';
	req->query = query;
	then_the_cursor_is_refused(req);
	request_free(req);
}

static void
a_cursor_of_another_list_is_refused(void **state)
{
	struct request *req = asking("");

	(void)state;
	req->query = cursor_of(req);
	req->route = &other_route;
	then_the_cursor_is_refused(req);
	request_free(req);
}

static void
a_cursor_of_another_filter_is_refused(void **state)
{
	struct request *req = asking("");
	struct filter filtered = { .state = "open" };

	(void)state;
	req->query = cursor_of(req);
	req->asked = &filtered;
	then_the_cursor_is_refused(req);
	request_free(req);
}

static void
a_cursor_of_another_person_is_refused(void **state)
{
	struct request *req = asking("");
	struct principal bob = { .party = { { 7 } } };

	(void)state;
	req->query = cursor_of(req);
	req->principal = &bob;
	then_the_cursor_is_refused(req);
	request_free(req);
}

static void
a_cursor_outlives_a_new_secret(void **state)
{
	struct request *req = asking("");

	(void)state;
	req->query = cursor_of(req);
	keys_newest = 2;
	keys_known = 2;
	assert_null(page_open(req));
	keys_newest = 1;
	keys_known = 1;
	request_free(req);
}

static void
the_row_past_the_page_is_not_shown(void **state)
{
	struct request *req = asking("state=a%3Eb&limit=2&cursor=old");
	const struct row rows[3] = { { .name = "a" }, { .name = "b" }, { .name = "c" } };
	struct reply out;

	(void)state;
	req->query = "limit=2&state=%3E>";
	assert_null(page_open(req));
	reply_init(&out, req);
	assert_null(reply_page(&out, rows, 3, sizeof(rows[0])));
	assert_memory_equal(out.body.data, "{\"data\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"next_cursor\":\"", 51);
	assert_memory_equal(reply_find_header(&out, "Link"), "</v1/rows?limit=2&state=%3E%3E&cursor=", 38);
	assert_non_null(strstr(reply_find_header(&out, "Link"), ">; rel=\"next\""));
	request_free(req);
}

static void
the_last_page_has_no_cursor(void **state)
{
	struct request *req = asking("limit=2");
	const struct row rows[2] = { { .name = "a" }, { .name = "b" } };
	struct reply out;

	(void)state;
	assert_null(page_open(req));
	reply_init(&out, req);
	assert_null(reply_page(&out, rows, 2, sizeof(rows[0])));
	assert_string_equal(out.body.data, "{\"data\":[{\"name\":\"a\"},{\"name\":\"b\"}],\"next_cursor\":null}");
	assert_null(reply_find_header(&out, "Link"));
	reply_clear(&out);
	assert_null(reply_page(&out, rows, 0, sizeof(rows[0])));
	assert_string_equal(out.body.data, "{\"data\":[],\"next_cursor\":null}");
	request_free(req);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_first_page_starts_at_the_beginning),
		cmocka_unit_test(a_cursor_leads_to_what_comes_after),
		cmocka_unit_test(a_limit_is_what_was_asked_or_refused),
		cmocka_unit_test(a_cursor_by_hand_is_refused),
		cmocka_unit_test(a_changed_cursor_is_refused),
		cmocka_unit_test(a_cursor_of_another_list_is_refused),
		cmocka_unit_test(a_cursor_of_another_filter_is_refused),
		cmocka_unit_test(a_cursor_of_another_person_is_refused),
		cmocka_unit_test(a_cursor_outlives_a_new_secret),
		cmocka_unit_test(the_row_past_the_page_is_not_shown),
		cmocka_unit_test(the_last_page_has_no_cursor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
