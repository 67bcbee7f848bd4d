/* nginx_test.c -- nginx's configuration from a small house: doors, pools, the pool that waits, the cache, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/web/route.h"

static const struct route note_routes[] = {
	{ POST, "/v1/notes", .body_max = 300000 },
	{ 0 },
};
static const struct area note_area = { .name = "note", .routes = note_routes };
static const struct area payment_area = { .name = "payment" };

static const struct area_row areas[] = {
	{ "note", "/v1/notes /v1/tags", "note", "Notes", &note_area },
	{ "payment", "/v1/payments", "payment", "Payments", &payment_area },
	{ "silent", "", "silent", "No doors", NULL },
};

static const struct pool_row pools[] = {
	{ "note", "note", LISTENER, "", "dynamic", 4, "Notes" },
	{ "note-rates", "note", LISTENER, "cache:/v1/rates | = /v1/today", "static", 100, "Public ones" },
	{ "payment", "payment", LISTENER, "", "dynamic", 1, "Payments" },
	{ "payment-wait", "payment", LISTENER, "wait:/v1/payments", "static", 8, "Payments that are waited for" },
	{ "payment-jobs", "payment", JOBS, "", "static", 1, "No door, though its area has some" },
	{ "silent-jobs", "silent", JOBS, "", "static", 1, "No listener" },
};

static const struct house small_house = { areas, 3, pools, 5 };

struct site {
	struct arena *arena;
	char folder[64];
	const char *config; /* the file */
};

static void
put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static char *
text_of(struct site *site, const char *name)
{
	char *text = arena_alloc(site->arena, 65536);
	FILE *file = fopen(arena_format(site->arena, "%s/%s", site->folder, name), "r");

	assert_non_null(file);
	text[fread(text, 1, 65535, file)] = '\0';
	fclose(file);
	return text;
}

/* Writes the site with these settings; the exit status. */
static int
write_site(struct site *site, const char *settings)
{
	char *nobody[] = { NULL };
	char *arguments[] = { site->folder, NULL };
	struct command_line line = { .arena = site->arena, .house = &small_house, .arguments = arguments };

	put(site->config, arena_format(site->arena,
	    "[global]\nenvironment = dev\nstate_dir = /s\nrun_dir = /r\n%s%s",
	    strstr(settings, "data_dir") == NULL ? "data_dir = " TOP_SRCDIR "\n" : "", settings));
	line.config = config_read(site->arena, &small_house, site->config, nobody, stderr);
	assert_non_null(line.config);
	return nginx_command(&line);
}

static int
open_site(void **state)
{
	struct site *site = calloc(1, sizeof(*site));

	site->arena = arena_new();
	snprintf(site->folder, sizeof(site->folder), "/tmp/nginx_test.XXXXXX");
	if (mkdtemp(site->folder) == NULL)
		return -1;
	site->config = arena_format(site->arena, "%s/stoa.conf", site->folder);
	*state = site;
	return 0;
}

static int
close_site(void **state)
{
	static const char *const names[] = { "stoa.conf", "nginx.conf", "headers.conf", "fastcgi.conf", "cache.conf",
		"problems.conf", "doors.conf" };
	struct site *site = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(arena_format(site->arena, "%s/%s", site->folder, names[i]));
	rmdir(site->folder);
	arena_free(site->arena);
	free(site);
	return 0;
}

#define assert_has(text, part)  assert_non_null(strstr(text, part))
#define assert_lacks(text, part) assert_null(strstr(text, part))

static void
a_prefix_takes_itself_and_what_is_below_and_no_longer_word(void **state)
{
	struct site *site = *state;
	const char *doors;

	assert_int_equal(write_site(site, ""), 0);
	doors = text_of(site, "doors.conf");
	assert_has(doors, "location = /v1/notes {");
	assert_has(doors, "location /v1/notes/ {");
	assert_lacks(doors, "location /v1/notes {");
	assert_has(doors, "location = /v1/tags {");
	assert_has(doors, "location = /v1/today {");
	assert_lacks(doors, "location /v1/today/ {");
}

static void
a_pool_has_its_socket_and_its_other_hosts(void **state)
{
	struct site *site = *state;
	const char *text;

	assert_int_equal(write_site(site, "[pool.note]\nhosts = 10.0.0.2:9000, 10.0.0.3:9000\n"), 0);
	text = text_of(site, "nginx.conf");
	assert_has(text, "upstream pool_note {\n\t\tserver unix:/r/note.sock max_fails=0;\n"
			 "\t\tserver 10.0.0.2:9000 max_fails=3 fail_timeout=5s;\n\t\tserver 10.0.0.3:9000");
	assert_lacks(text, "silent-jobs");
}

static void
a_pool_that_runs_on_no_host_is_down_and_not_missing(void **state)
{
	struct site *site = *state;

	assert_int_equal(write_site(site, "pools = payment, payment-wait\n"), 0);
	assert_has(text_of(site, "nginx.conf"), "upstream pool_note {\n\t\tserver 127.0.0.1:1 down;");
}

static void
more_is_let_in_for_a_larger_pool_but_less_than_its_backlog_holds(void **state)
{
	struct site *site = *state;
	const char *doors;

	assert_int_equal(write_site(site, "[pool.note]\npm.max_children = 8\n"), 0);
	doors = text_of(site, "doors.conf");
	assert_has(doors, "set $pool note;\n\tlimit_conn pool 256;\n\tlimit_conn address_in_pool 192;");
	assert_has(doors, "set $pool note-rates;\n\tlimit_conn pool 768;");
}

static void
a_body_is_capped_by_what_the_areas_largest_route_takes(void **state)
{
	struct site *site = *state;
	const char *doors;

	assert_int_equal(write_site(site, ""), 0);
	doors = text_of(site, "doors.conf");
	assert_has(strstr(doors, "location = /v1/notes {"), "client_max_body_size 300000;");
	assert_has(strstr(doors, "location = /v1/payments {"), "client_max_body_size 65536;");
}

static void
posts_that_prefer_to_wait_go_to_the_pool_that_waits(void **state)
{
	struct site *site = *state;
	const char *doors, *text;

	assert_int_equal(write_site(site, ""), 0);
	doors = strstr(text_of(site, "doors.conf"), "location = /v1/payments {");
	assert_has(doors, "set $pool $waits_payment_wait;");
	assert_has(doors, "fastcgi_pass pool_$pool;");
	text = text_of(site, "nginx.conf");
	assert_has(text, "map \"$request_method $http_prefer\" $waits_payment_wait {\n\t\tdefault payment;");
	assert_has(text, "payment-wait;\n");
}

static void
only_a_door_that_asks_for_it_is_cached(void **state)
{
	struct site *site = *state;
	const char *doors;
	size_t count = 0;

	assert_int_equal(write_site(site, ""), 0);
	doors = text_of(site, "doors.conf");
	for (const char *at = doors; (at = strstr(at, "include cache.conf;")) != NULL; at++)
		count++;
	assert_int_equal(count, 2);
	assert_has(text_of(site, "nginx.conf"), "fastcgi_cache_path /s/nginx/cache");
}

static void
hsts_is_for_public_names_only(void **state)
{
	struct site *site = *state;

	assert_int_equal(write_site(site, ""), 0);
	assert_lacks(text_of(site, "headers.conf"), "add_header Strict-Transport-Security");
	assert_int_equal(write_site(site, "public_url = https://api.example.com\n"), 0);
	assert_has(text_of(site, "headers.conf"), "add_header Strict-Transport-Security \"max-age=");
}

static void
addresses_proxies_and_origins_come_from_the_settings(void **state)
{
	struct site *site = *state;
	const char *text;

	assert_int_equal(write_site(site, "listen = 0.0.0.0, ::\nhttps_port = 8443\nhttp_port = 0\n"
	    "trusted_proxies = 10.0.0.0/8\ncors_origins = https://app.example.com\n[limits]\naddress = 600/1m\n"), 0);
	text = text_of(site, "nginx.conf");
	assert_has(text, "listen 0.0.0.0:8443 ssl http2");
	assert_has(text, "listen [::]:8443 ssl http2");
	assert_lacks(text, "return 308 https:");
	assert_has(text, "set_real_ip_from 10.0.0.0/8;\n\treal_ip_header X-Forwarded-For;");
	assert_has(text, "\"https://app.example.com\" $http_origin;");
	assert_has(text, "zone=addresses:10m rate=21r/s;");
}

static void
every_refusal_of_nginx_is_a_problem(void **state)
{
	struct site *site = *state;
	const char *text;

	assert_int_equal(write_site(site, ""), 0);
	text = text_of(site, "problems.conf");
	assert_has(text, "error_page 502 503 504 =503 /-/problem/unavailable;");
	assert_has(text, "add_header Retry-After 1 always;");
	assert_has(text, "\"status\":413,\"instance\":\"$request_id\"}");
	/* A quote in a title does not end nginx's string. */
	assert_has(text, "The request\\'s headers are too large.");
}

static void
missing_templates_are_named_and_nothing_is_written(void **state)
{
	struct site *site = *state;

	assert_int_equal(write_site(site, "data_dir = /nonexistent\n"), 1);
	assert_int_not_equal(access(arena_format(site->arena, "%s/nginx.conf", site->folder), F_OK), 0);
}

int
main(void)
{
#define SITE_TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)
	const struct CMUnitTest tests[] = {
		SITE_TEST(a_prefix_takes_itself_and_what_is_below_and_no_longer_word),
		SITE_TEST(a_pool_has_its_socket_and_its_other_hosts),
		SITE_TEST(a_pool_that_runs_on_no_host_is_down_and_not_missing),
		SITE_TEST(more_is_let_in_for_a_larger_pool_but_less_than_its_backlog_holds),
		SITE_TEST(a_body_is_capped_by_what_the_areas_largest_route_takes),
		SITE_TEST(posts_that_prefer_to_wait_go_to_the_pool_that_waits),
		SITE_TEST(only_a_door_that_asks_for_it_is_cached),
		SITE_TEST(hsts_is_for_public_names_only),
		SITE_TEST(addresses_proxies_and_origins_come_from_the_settings),
		SITE_TEST(every_refusal_of_nginx_is_a_problem),
		SITE_TEST(missing_templates_are_named_and_nothing_is_written),
	};

	return cmocka_run_group_tests_name("nginx", tests, NULL, NULL);
}
