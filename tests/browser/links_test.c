/*
 * links_test.c -- the page that opens the links which Stoa mails and prints, in a real browser with a narrow window: the
 * first super user, a proved address, a new password.  Its PostgreSQL is this test's own, and empty.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "tests/api/auth_kit.h"
#include "tests/api/kit/platform.h"

#define FIRST  "first@example.com"
#define BETTER "a better horse battery"

/* What the page shows once it has done what it does. */
static struct json_object *
open_page(struct world *w, const char *fragment, const char *fields)
{
	char *said = arena_alloc(w->arena, 4000);
	FILE *pipe = popen(arena_format(w->arena, "cd tests/api/node_modules.tmp && node page.js '%s/console/%s' %s", w->base,
			       fragment, fields),
	    "re");
	struct json_object *page;

	assert_non_null(pipe);
	assert_non_null(fgets(said, 4000, pipe));
	assert_int_equal(pclose(pipe), 0);
	assert_non_null(page = json_tokener_parse(said));
	return page;
}

static const char *
text_of(struct json_object *page, const char *name)
{
	struct json_object *member;

	assert_true(json_object_object_get_ex(page, name, &member));
	return json_object_get_string(member);
}

/* Whatever a page is about: the secret has left the address, nobody else was asked, and it fits a telephone. */
static void
then_page(struct world *w, struct json_object *page, const char *heading, const char *says)
{
	assert_string_equal(text_of(page, "heading"), heading);
	assert_string_equal(text_of(page, "says"), says);
	assert_string_equal(text_of(page, "address"), arena_format(w->arena, "%s/console/", w->base));
	assert_string_equal(text_of(page, "elsewhere"), "");
	assert_string_equal(text_of(page, "wide"), "false");
}

static void
sign_in_with(struct world *w, const char *email, const char *password)
{
	as(w, NULL);
	call(w, POST, "/v1/auth/login",
	    arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"%s\"}", email, password));
}

static void
the_first_super_user_is_made(void **state)
{
	struct world *w = *state;
	const char *secret = setup_secret(w), *link;
	const char *fields = "'E-mail address=" FIRST "' 'New password=" PASSWORD "'";
	struct json_object *page;

	assert_non_null(secret);
	link = arena_format(w->arena, "#setup=%s", secret);
	page = open_page(w, link, fields);
	then_page(w, page, "The first super user", "You are the super user. Sign in with this address from now on.");
	assert_string_equal(text_of(page, "form"), "false");
	assert_string_equal(text_of(page, "complaints"), "");
	json_object_put(page);
	sign_in_with(w, FIRST, PASSWORD);
	then_status(w, 200);
	page = open_page(w, link, fields);
	then_page(w, page, "The first super user", "The link is not valid, or not any more.");
	assert_string_equal(text_of(page, "form"), "true");
	json_object_put(page);
}

static void
an_address_is_proved_and_a_password_chosen(void **state)
{
	struct world *w = *state;
	const char *email = fresh_email(w, "ada"), *link;
	struct json_object *page;

	call(w, POST, "/v1/auth/signup", arena_format(w->arena, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email));
	then_status(w, 202);
	link = arena_format(w->arena, "#verify=%s", link_of(w, email, "auth.verify-email"));
	sign_in_with(w, email, PASSWORD);
	then_problem(w, 403, "email-unverified");
	page = open_page(w, link, "");
	then_page(w, page, "Prove your address", "Your address is proved. You can sign in now.");
	json_object_put(page);
	sign_in_with(w, email, PASSWORD);
	then_status(w, 200);

	as(w, NULL);
	call(w, POST, "/v1/auth/password/forgot", arena_format(w->arena, "{\"email\":\"%s\"}", email));
	then_status(w, 202);
	page = open_page(w, arena_format(w->arena, "#reset=%s", link_of(w, email, "auth.reset-password")),
	    "'New password=" BETTER "'");
	then_page(w, page, "Choose a new password", "Your new password counts from now on.");
	json_object_put(page);
	sign_in_with(w, email, PASSWORD);
	then_problem(w, 401, "wrong-credentials");
	sign_in_with(w, email, BETTER);
	then_status(w, 200);
}

static void
an_address_without_a_link_is_told_so(void **state)
{
	static const char *const fragments[] = { "", "#", "#setup", "#setup=", "#toString=abc", "#verify=<img src=x>" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(fragments) / sizeof(fragments[0]); i++) {
		struct json_object *page = open_page(w, fragments[i], "");

		then_page(w, page, "Stoa",
		    "This page opens the links that Stoa mails and prints. The address holds no such link.");
		assert_string_equal(text_of(page, "form"), "false");
		json_object_put(page);
	}
}

static const struct CMUnitTest links_tests[] = {
	auth_test(the_first_super_user_is_made),
	auth_test(an_address_is_proved_and_a_password_chosen),
	auth_test(an_address_without_a_link_is_told_so),
};

static int
open_platform(void **state)
{
	return platform_open_with(state,
	    &(struct platform_wish){
		.own_postgres = true,
		.pools = "ops, sample, limits, auth, auth-hash, auth-jobs, queue-jobs",
		.settings = "\n[limits]\naddress = 6000000/1m\nsign_in = 6000000/1m\n\n"
			    "[auth]\nsignup_verification = required\n",
	    });
}

int
main(void)
{
	if (access("/usr/bin/chromium", X_OK) != 0 ||
	    access("tests/api/node_modules.tmp/node_modules/playwright-core", F_OK) != 0) {
		fprintf(stderr, "skipped: it needs chromium (apt-get install chromium) and npm's playwright-core\n");
		return 77;
	}
	return kit_run(links_tests, sizeof(links_tests) / sizeof(links_tests[0]), "links_tests", open_platform);
}
