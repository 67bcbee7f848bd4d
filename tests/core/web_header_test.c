/* web_header_test.c -- Content-Type, Accept, Prefer, If-Match and If-None-Match as people and programs write them. */
#include "tests/core/web_request.h"

#include "core/web/conditional.h"
#include "core/web/media.h"

static void
json_is_recognised_by_its_type(void **state)
{
	(void)state;
	assert_true(media_is_json("application/json"));
	assert_true(media_is_json("Application/JSON"));
	assert_true(media_is_json("application/json; charset=utf-8"));
	assert_true(media_is_json("application/json;charset=\"UTF-8\""));
	assert_true(media_is_form("application/x-www-form-urlencoded"));
	assert_true(media_is_form("application/x-www-form-urlencoded; charset=UTF-8"));
	assert_false(media_is_form("application/json"));
	assert_false(media_is_json("application/x-www-form-urlencoded"));
	assert_false(media_is_json(""));
	assert_false(media_is_json("text/plain"));
	assert_false(media_is_json("application/jsonx"));
	assert_false(media_is_json("application/json; charset=latin1"));
	assert_false(media_is_json("application/json; version=1"));
	assert_false(media_is_json("application/json, text/html"));
}

static void
json_is_sent_to_whoever_takes_it(void **state)
{
	static const char *const yes[] = { "", "*/*", "application/*", "application/json", "APPLICATION/JSON",
		"text/html, application/xhtml+xml, */*;q=0.8", "text/html;q=1, application/json;q=0.1",
		"application/json; charset=\"a,b\"", " , application/json", "application/*;q=0, application/json" };
	static const char *const no[] = { "text/html", "text/*", "application/json;q=0",
		"application/json; q=0.000, */*", "application/xml, text/plain", "application/*;q=0, */*" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		if (!media_accepts_json(yes[i]))
			fail_msg("\"%s\" was refused", yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		if (media_accepts_json(no[i]))
			fail_msg("\"%s\" was accepted", no[i]);
}

static void
a_preference_is_never_an_error(void **state)
{
	(void)state;
	assert_int_equal(prefer_wait("wait=10"), 10);
	assert_int_equal(prefer_wait("respond-async, wait=\"5\""), 5);
	assert_int_equal(prefer_wait("Wait = 7; foo=bar"), 7);
	assert_int_equal(prefer_wait("wait=1, wait=2"), 1);
	assert_int_equal(prefer_wait(""), -1);
	assert_int_equal(prefer_wait("wait"), -1);
	assert_int_equal(prefer_wait("wait=-1"), -1);
	assert_int_equal(prefer_wait("wait=99999999999"), -1);
	assert_int_equal(prefer_wait("waiting=3"), -1);
}

static void
an_edit_stands_on_the_version_that_was_read(void **state)
{
	struct request *req = request_new();

	(void)state;
	assert_true(if_match(req, 3));
	request_has(req, "if-match", "\"2\", \"3\"");
	assert_true(if_match(req, 3));
	assert_true(if_match(req, 2));
	assert_false(if_match(req, 4));
	request_free(req);
}

static void
a_weak_tag_allows_no_edit_but_saves_a_read(void **state)
{
	struct request *req = request_new();

	(void)state;
	request_has(req, "if-match", "W/\"3\"");
	request_has(req, "if-none-match", "W/\"3\"");
	assert_false(if_match(req, 3));
	assert_true(if_none_match(req, 3));
	request_free(req);
}

static void
a_star_is_any_version(void **state)
{
	struct request *req = request_new();

	(void)state;
	request_has(req, "if-match", " * ");
	assert_true(if_match(req, 1234));
	request_free(req);
}

static void
broken_tags_are_told_from_foreign_ones(void **state)
{
	static const char *const broken[] = { "", "3", "\"3", "\"3\" \"4\"", "\"3\",", "W/3", "*,\"3\"", "\"a b\"" };
	static const char *const foreign[] = { "\"abc\"", "\"03\"", "\"99999999999999999999\"", "\"\"", "\"-1\"" };
	struct arena *arena = arena_new();
	struct tags tags;

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		if (tags_parse(arena, broken[i], true, &tags) != TAGS_BROKEN)
			fail_msg("%s was read", broken[i]);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		assert_int_equal(tags_parse(arena, foreign[i], true, &tags), TAGS_OK);
		assert_int_equal(tags.versions.count, 0);
	}
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_is_recognised_by_its_type),
		cmocka_unit_test(json_is_sent_to_whoever_takes_it),
		cmocka_unit_test(a_preference_is_never_an_error),
		cmocka_unit_test(an_edit_stands_on_the_version_that_was_read),
		cmocka_unit_test(a_weak_tag_allows_no_edit_but_saves_a_read),
		cmocka_unit_test(a_star_is_any_version),
		cmocka_unit_test(broken_tags_are_told_from_foreign_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
