/* profile_test.c -- the caller as a person: read, changed in part, and nobody else's. */
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/account_kit.h"

static void
who_never_edited_has_a_profile_at_version_zero(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_sql(w, text(w, "UPDATE auth.user SET name = 'Ada' WHERE id = '%s'", id_of(w, "ada")));
	as(w, "ada");
	call(w, GET, "/v1/profile", NULL);
	then_status(w, 200);
	then_header(w, "etag", "\"0\"");
	then_field(w, "/id", id_of(w, "ada"));
	then_field(w, "/name", "Ada");
	then_field(w, "/email", email_of(w, "ada"));
	then_no_field(w, "/phone");
	as(w, NULL);
	call(w, GET, "/v1/profile", NULL);
	then_problem(w, 401, "unauthenticated");
}

static void
absent_stays_and_null_takes_away(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	call_with(w, PATCH, "/v1/profile",
	    "{\"name\":\"Ada\",\"locale\":\"en-GB\",\"time_zone\":\"Europe/London\",\"phone\":\"+442079460000\","
	    "\"avatar\":\"https://example.com/ada.png\"}",
	    "If-Match: \"0\"");
	then_status(w, 200);
	then_header(w, "etag", "\"1\"");
	then_field(w, "/time_zone", "Europe/London");
	call_with(w, PATCH, "/v1/profile", "{\"phone\":null,\"name\":\"Ada L.\"}", "If-Match: \"1\"");
	then_status(w, 200);
	then_no_field(w, "/phone");
	then_field(w, "/name", "Ada L.");
	then_field(w, "/locale", "en-GB");
	then_field(w, "/avatar", "https://example.com/ada.png");
	call_with(w, PATCH, "/v1/profile", "{\"name\":null}", "If-Match: \"2\"");
	then_no_field(w, "/name");
	then_told(w, "profile.changed", "ada", 3);
	call_with(w, GET, "/v1/profile", NULL, "If-None-Match: \"3\"");
	then_status(w, 304);
}

/* Whichever door it comes in by, a name is one. */
static void
a_name_is_the_users_own(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_user(w, "root");
	given_role(w, "root", "super_user");
	as(w, "ada");
	call_with(w, PATCH, "/v1/profile", "{\"name\":\"Ada Lovelace\",\"locale\":\"en-GB\"}", "If-Match: \"0\"");
	then_header(w, "etag", "\"1\"");
	call(w, GET, "/v1/auth/me", NULL);
	then_field(w, "/name", "Ada Lovelace");
	then_told(w, "user.changed", "ada", 1);
	as(w, "root");
	call(w, GET, "/v1/users/ada", NULL);
	then_field(w, "/name", "Ada Lovelace");
	call_with(w, PATCH, "/v1/users/ada", "{\"name\":\"Countess\"}", "If-Match: *");
	then_status(w, 200);
	as(w, "ada");
	call_with(w, PATCH, "/v1/profile", "{\"locale\":\"fr\"}", "If-Match: \"1\"");
	then_problem(w, 412, "precondition-failed");
	call_with(w, GET, "/v1/profile", NULL, "If-None-Match: \"1\"");
	then_status(w, 200);
	then_field(w, "/name", "Countess");
	call_with(w, PATCH, "/v1/profile", "{\"locale\":\"fr\"}", "If-Match: \"2\"");
	then_status(w, 200);
	then_header(w, "etag", "\"3\"");
	then_field(w, "/name", "Countess");
	then_field(w, "/locale", "fr");
	then_told(w, "user.changed", "ada", 2);
	call_with(w, PATCH, "/v1/profile", "{\"name\":null}", "If-Match: \"3\"");
	call(w, GET, "/v1/auth/me", NULL);
	then_no_field(w, "/name");
}

static void
an_edit_stands_on_the_version_that_was_read(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	call(w, PATCH, "/v1/profile", "{\"name\":\"Ada\"}");
	then_problem(w, 428, "precondition-required");
	call_with(w, PATCH, "/v1/profile", "{\"name\":\"Ada\"}", "If-Match: \"7\"");
	then_problem(w, 412, "precondition-failed");
	call(w, GET, "/v1/profile", NULL);
	then_header(w, "etag", "\"0\"");
	call_with(w, PATCH, "/v1/profile", "{\"name\":\"Ada\"}", "If-Match: \"0\"");
	then_status(w, 200);
	call_with(w, PATCH, "/v1/profile", "{\"name\":\"Eve\"}", "If-Match: \"0\"");
	then_problem(w, 412, "precondition-failed");
}

static void
what_is_malformed_is_refused_by_field(void **state)
{
	static const struct {
		const char *json, *pointer;
	} bad[] = {
		{ "{\"time_zone\":\"Mars/Olympus\"}", "/time_zone" },
		{ "{\"time_zone\":\"posix/Europe/London\"}", "/time_zone" },
		{ "{\"time_zone\":\"FOO+3\"}", "/time_zone" },
		{ "{\"time_zone\":\"../etc/passwd\"}", "/time_zone" },
		{ "{\"phone\":\"0207946000\"}", "/phone" },
		{ "{\"phone\":\"+1\"}", "/phone" },
		{ "{\"phone\":\"+12345678901234567\"}", "/phone" },
		{ "{\"locale\":\"english please\"}", "/locale" },
		{ "{\"avatar\":\"javascript:alert(1)\"}", "/avatar" },
		{ "{\"name\":\"\"}", "/name" },
		{ "{\"email\":\"x@example.com\"}", "/email" },
	};
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		call_with(w, PATCH, "/v1/profile", bad[i].json, "If-Match: \"0\"");
		then_problem(w, 422, "invalid");
		then_error(w, bad[i].pointer);
	}
}

static void
every_zone_of_the_database_is_known(void **state)
{
	static const char *const zones[] = { "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Kolkata",
		"Pacific/Chatham", "Etc/GMT+12" };
	struct world *w = *state;

	given_account(w, "ada");
	as(w, "ada");
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
		call_with(w, PATCH, "/v1/profile", text(w, "{\"time_zone\":\"%s\"}", zones[i]), "If-Match: *");
		then_status(w, 200);
		then_field(w, "/time_zone", zones[i]);
	}
	/* One that a newer zone database brings is learned. */
	given_sql(w, "DELETE FROM account.time_zone WHERE name = 'Asia/Tokyo'");
	call_with(w, PATCH, "/v1/profile", "{\"time_zone\":\"Asia/Tokyo\"}", "If-Match: *");
	then_status(w, 200);
	assert_string_equal(given_sql(w, "SELECT count(*) FROM account.time_zone WHERE name = 'Asia/Tokyo'"), "1");
}

static void
a_profile_is_ones_own(void **state)
{
	struct world *w = *state;

	given_account(w, "ada");
	given_account(w, "bob");
	as(w, "ada");
	call_with(w, PATCH, "/v1/profile", "{\"phone\":\"+442079460000\"}", "If-Match: \"0\"");
	then_status(w, 200);
	as(w, "bob");
	call(w, GET, "/v1/profile", NULL);
	then_no_field(w, "/phone");
	then_header(w, "etag", "\"0\"");
}

static const struct CMUnitTest profile_tests[] = {
	auth_test(who_never_edited_has_a_profile_at_version_zero),
	auth_test(absent_stays_and_null_takes_away),
	auth_test(a_name_is_the_users_own),
	auth_test(an_edit_stands_on_the_version_that_was_read),
	auth_test(what_is_malformed_is_refused_by_field),
	auth_test(every_zone_of_the_database_is_known),
	auth_test(a_profile_is_ones_own),
};

int
main(void)
{
	return run_world(profile_tests);
}
