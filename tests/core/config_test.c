/* config_test.c -- stoa.conf, the environment over it, and what is said when something is wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/option.h"

static const struct pool_row pools[] = {
	{ .name = "ops", .area = "ops", .kind = LISTENER, .pm = "dynamic", .max_children = 8, .says = "Health" },
	{ .name = "queue-jobs", .area = "queue", .kind = JOBS, .pm = "static", .max_children = 2, .says = "Jobs" },
};
static const struct house small_house = { .pools = pools, .pool_count = 2 };

static struct arena *arena;
static char directory[] = "/tmp/stoa-config-XXXXXX";
static char *said;
static const char *const no_environment[] = { NULL };

static const char *
file_of(const char *name, const char *text)
{
	const char *path = arena_format(arena, "%s/%s", directory, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

static const struct config *
read_with(const char *text, const char *const *environment)
{
	const char *path = file_of("stoa.conf", text);
	const struct config *config;
	size_t length;
	FILE *out;

	free(said);
	out = open_memstream(&said, &length);
	config = config_read(arena, &small_house, path, (char *const *)(uintptr_t)environment, out);
	fclose(out);
	if (config == NULL)
		assert_true(length > 0);
	else
		assert_string_equal(said, "");
	return config;
}

static const struct config *
read_text(const char *text)
{
	return read_with(text, no_environment);
}

/* Refused, and every one of the (NULL-terminated) texts is in what was said. */
static void
then_refused(const struct config *config, const char *const *texts)
{
	assert_null(config);
	for (; *texts != NULL; texts++)
		if (strstr(said, *texts) == NULL)
			fail_msg("\"%s\" is not in:\n%s", *texts, said);
}
#define THEN_REFUSED(config, ...) then_refused(config, (const char *const[]){ __VA_ARGS__, NULL })

static const char *
shown(const struct config *config)
{
	char *text = NULL, *copy;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	config_show(config, out);
	fclose(out);
	copy = arena_copy(arena, text, length);
	free(text);
	return copy;
}

static void
an_empty_file_gives_the_defaults(void **state)
{
	const struct config *config = read_text("");

	(void)state;
	assert_non_null(config);
	assert_string_equal(config->global.environment, "prod");
	assert_int_equal(config->global.https_port, 443);
	assert_int_equal(config->global.database_idle, 60);
	assert_int_equal(config->global.metrics_allow.count, 2);
	assert_string_equal(config->global.metrics_allow.items[1], "::1");
	assert_int_equal(config->limits.read.count, 1200);
	assert_int_equal(config->limits.read.period, 60);
	assert_int_equal(config->pool_count, 2);
	assert_string_equal(config->pools[1].name, "queue-jobs");
}

static void
what_follows_from_other_settings_is_filled_in(void **state)
{
	const struct config *config = read_text("[global]\nstate_dir = /s\nrun_dir = /r\n");
	const struct config_pool *ops = config_pool(config, "ops");

	(void)state;
	assert_string_equal(config->global.mail_dir, "/s/mail");
	assert_string_equal(config->global.data_dir, PKGDATADIR);
	assert_string_equal(ops->listen, "/r/ops.sock");
	assert_string_equal(ops->pm, "dynamic");
	assert_int_equal(ops->pm_max_children, 8);
	assert_int_equal(ops->pm_min_spare_servers, 2);
	assert_int_equal(ops->pm_max_spare_servers, 6);
	assert_int_equal(ops->pm_start_servers, 4);
	assert_string_equal(config_pool(config, "queue-jobs")->listen, "");
	assert_string_equal(config_pool(config, "queue-jobs")->pm, "static");
	assert_null(config_pool(config, "nothing"));
}

static const char *
erase_where(const char *environment, const char *rest)
{
	const struct config *config =
	    read_text(arena_format(arena, "[global]\nenvironment = %s\n%s", environment, rest));

	return config != NULL ? config->auth.erase : NULL;
}

static void
everything_may_be_erased_where_things_are_tried_out_or_somebody_says_so(void **state)
{
	static const char migrates[] = "database_admin_url = postgresql:///stoa\n";
	const char *said_so = arena_format(arena, "%s[auth]\nerase = allowed\n", migrates);

	(void)state;
	assert_string_equal(erase_where("dev", migrates), "allowed");
	assert_string_equal(erase_where("test", migrates), "allowed");
	assert_string_equal(erase_where("test", ""), "never");
	assert_string_equal(erase_where("staging", migrates), "never");
	assert_string_equal(erase_where("prod", migrates), "never");
	assert_string_equal(erase_where("prod", said_so), "allowed");
	assert_null(erase_where("prod", "[auth]\nerase = allowed\n"));
	assert_non_null(strstr(said, "database_admin_url"));
}

static void
one_written_spare_draws_the_derived_ones_to_it(void **state)
{
	static const char *const keys[] = { "pm.start_servers", "pm.min_spare_servers", "pm.max_spare_servers" };
	const struct config_pool *pool;

	(void)state;
	for (int children = 1; children <= 12; children++)
		for (int key = 0; key < 3; key++)
			for (int value = 1; value <= children; value++) {
				const struct config *config = read_text(arena_format(
				    arena, "[pool.ops]\npm.max_children = %d\n%s = %d\n", children, keys[key], value));

				assert_non_null(config);
				pool = config_pool(config, "ops");
				assert_true(pool->pm_min_spare_servers >= 1);
				assert_true(pool->pm_min_spare_servers <= pool->pm_start_servers);
				assert_true(pool->pm_start_servers <= pool->pm_max_spare_servers);
				assert_true(pool->pm_max_spare_servers <= pool->pm_max_children);
			}
}

static void
spares_that_contradict_each_other_are_named(void **state)
{
	(void)state;
	THEN_REFUSED(read_text("[pool.ops]\npm.min_spare_servers = 5\npm.start_servers = 3\n"),
	    "[pool.ops] pm.min_spare_servers = 5", "stoa.conf:2", "must not be above pm.start_servers = 3",
	    "stoa.conf:3");
	THEN_REFUSED(read_text("[pool.ops]\npm.max_spare_servers = 9\n"), "pm.max_spare_servers = 9",
	    "pm.max_children = 8 (derived)");
	THEN_REFUSED(read_text("[pool.ops]\npm.max_children = 2\npm.min_spare_servers = 3\n"),
	    "pm.min_spare_servers = 3", "above pm.max_children = 2");
	assert_non_null(read_text("[pool.ops]\npm = static\npm.min_spare_servers = 50\n"));
}

static void
a_wrong_value_is_named_with_its_line_and_what_is_allowed(void **state)
{
	(void)state;
	THEN_REFUSED(read_text("[pool.ops]\n\npm.max_children = many\n"),
	    "stoa.conf:3: [pool.ops] pm.max_children = many: wants a whole number from 0 to 10000.\n");
	THEN_REFUSED(
	    read_text("[global]\nenvironment = live\n"), "environment = live: wants one of dev, test, staging, prod.");
	THEN_REFUSED(read_text("[global]\ndatabase_idle = soon\n"), "wants a time from 1s to 1d");
	THEN_REFUSED(read_text("[limits]\nread = 5 per minute\n"),
	    "[limits] read = 5 per minute: wants a count and a time, as 600/1m");
}

static void
values_out_of_form_are_refused(void **state)
{
	static const char *const wrong[] = { "https_port = 0", "https_port = 65536", "https_port = -1",
		"https_port = 0x50", "https_port = 443 443", "https_port =", "https_port = 99999999999999999999999",
		"https_port = 443.0", "database_idle = 0", "database_idle = 5w", "database_idle = 2d",
		"database_idle = m", "database_idle = 9223372036854775807d", "database_idle = -5",
		"public_url = example.com", "public_url = https://example.com/", "public_url = https://",
		"public_url = ftp://a", "public_url = https://a:0", "listen = localhost",
		"listen =", "listen = 0.0.0.0, 1.2.3", "trusted_proxies = 10.0.0.0/33", "trusted_proxies = ::1/129",
		"trusted_proxies = 10.0.0.0/", "trusted_proxies = 10.0.0.0/08", "outgoing_allow = 10.0.0.1",
		"outgoing_allow = host:80", "outgoing_allow = ::1:80", "outgoing_allow = [::1:80",
		"outgoing_allow = []:80", "outgoing_allow = 10.0.0.1:0", "outgoing_allow = 10.0.0.1:65536",
		"cors_origins = *", "cors_origins = https://a/b", "redis_url = localhost",
		"environment =", "certificate = /a", "http_port = 443", "log_level = trace" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (read_text(arena_format(arena, "[global]\n%s\n", wrong[i])) != NULL)
			fail_msg("%s was accepted", wrong[i]);
	assert_null(read_text("[limits]\nread = 0/1m\n"));
	assert_null(read_text("[limits]\nread = 5/0\n"));
	assert_null(read_text("[limits]\nread = 5/\n"));
	assert_null(read_text("[limits]\nread = 5/2d\n"));
	assert_null(read_text("[limits]\nread = 5000000000/1m\n"));
	assert_null(read_text("[pool.ops]\nlisten.mode = 0999\n"));
	assert_null(read_text("[pool.ops]\nping.path = ping\n"));
	assert_null(read_text("[pool.ops]\nhosts = one\n"));
	assert_null(read_text("[pool.ops]\nlisten = relative.sock\n"));
}

static void
values_in_form_are_taken(void **state)
{
	const struct config *config =
	    read_text("[global]\nhttps_port = 8443\ndatabase_idle = 5m\npublic_url = https://[::1]:8443\n"
		      "listen = 127.0.0.1, ::\ntrusted_proxies = 10.0.0.0/8, ::1, fd00::/7\noutgoing_allow = "
		      "10.0.0.1:80,[::1]:8080\n"
		      "cors_origins = https://a.example, http://localhost:3000, https://[fd00::1]\nredis_url = unix:/run/redis.sock\n"
		      "[limits]\nread = 7/h\n[pool.ops]\nhosts = b2:9000, 10.0.0.2:9000\nlisten = 127.0.0.1:9000\n");

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->global.database_idle, 300);
	assert_int_equal(config->global.outgoing_allow.count, 2);
	assert_string_equal(config->global.outgoing_allow.items[1], "[::1]:8080");
	assert_int_equal(config->limits.read.count, 7);
	assert_int_equal(config->limits.read.period, 3600);
	assert_string_equal(config_pool(config, "ops")->listen, "127.0.0.1:9000");
}

static void
an_unknown_name_is_an_error_with_the_nearest_known_one(void **state)
{
	(void)state;
	THEN_REFUSED(read_text("[global]\nhttps_prot = 1\n"),
	    "stoa.conf:2: [global] https_prot is no setting. Did you mean https_port?");
	THEN_REFUSED(
	    read_text("[pool.opss]\npm = static\n"), "stoa.conf:1: [pool.opss] is no section. Did you mean pool.ops?");
	THEN_REFUSED(read_text("[nonsense_far_away]\n"), "[nonsense_far_away] is no section.\n");
	THEN_REFUSED(
	    read_text("[global]\npools = ops, queue_jobs\n"), "there is no pool queue_jobs. Did you mean queue-jobs?");
	THEN_REFUSED(read_text("x = 1\n"), "stands before any [section]");
}

static void
all_faults_are_told_at_once(void **state)
{
	const char *const environment[] = { "STOA__GLOBAL__NOTHING=1", NULL };

	(void)state;
	THEN_REFUSED(
	    read_with("[global]\nhttps_port = a\nnonsense\nhttp_port = b\n[pool.x]\n[limits]\nheavy = c\nheavy = d\n",
		environment),
	    "stoa.conf:2:", "stoa.conf:3:", "stoa.conf:4:", "stoa.conf:5:", "stoa.conf:7:",
	    "stoa.conf:8: [limits] heavy is set on line 7", "STOA__GLOBAL__NOTHING");
}

static void
the_environment_goes_over_the_file(void **state)
{
	const char *const environment[] = { "PATH=/bin", "STOA_CONFIG=/x", "STOA__GLOBAL__HTTPS_PORT=9443",
		"STOA__POOL_QUEUE_JOBS__PM_MAX_CHILDREN=7", "STOA__POOL_OPS__LISTEN_BACKLOG=99", NULL };
	const struct config *config = read_with("[global]\nhttps_port = wrong but replaced\n", environment);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->global.https_port, 9443);
	assert_int_equal(config_pool(config, "queue-jobs")->pm_max_children, 7);
	assert_int_equal(config_pool(config, "ops")->listen_backlog, 99);
	assert_non_null(strstr(shown(config), "# STOA__GLOBAL__HTTPS_PORT\n"));
}

static void
an_unknown_or_wrong_variable_is_an_error(void **state)
{
	const char *const unknown[] = { "STOA__GLOBAL__HTTPS_PROT=1", NULL }, *const wrong[] = {
		"STOA__GLOBAL__HTTPS_PORT=0", NULL
	};
	const char *const no_secret[] = { "STOA__GLOBAL__LOG_FILE=/x", NULL }, *const bare[] = { "STOA__=1", NULL };

	(void)state;
	THEN_REFUSED(read_with("", unknown), "STOA__GLOBAL__HTTPS_PROT: ", "Did you mean STOA__GLOBAL__HTTPS_PORT?");
	THEN_REFUSED(read_with("", wrong), "STOA__GLOBAL__HTTPS_PORT = 0: wants a whole number from 1 to 65535.");
	THEN_REFUSED(read_with("", no_secret), "STOA__GLOBAL__LOG_FILE");
	THEN_REFUSED(read_with("", bare), "STOA__: ");
}

static void
secrets_may_stand_in_files_of_their_own(void **state)
{
	const char *secret = file_of("secret", "postgresql:///stoa?password=hush\n");
	const char *variable = arena_format(arena, "STOA__GLOBAL__DATABASE_URL_FILE=%s", secret);
	const char *const environment[] = { variable, NULL }, *const both[] = { variable,
		"STOA__GLOBAL__DATABASE_URL=postgresql:///x", NULL };
	const struct config *config = read_text(arena_format(arena, "[global]\ndatabase_url_file = %s\n", secret));

	(void)state;
	assert_non_null(config);
	assert_string_equal(config->global.database_url, "postgresql:///stoa?password=hush");
	assert_non_null(strstr(shown(config), arena_format(arena, "stoa.conf:2, from %s\n", secret)));
	config = read_with("[global]\ndatabase_url = postgresql:///other\n", environment);
	assert_non_null(config);
	assert_string_equal(config->global.database_url, "postgresql:///stoa?password=hush");
	assert_null(read_with("", both));
	THEN_REFUSED(read_text("[global]\ndatabase_url_file = /nonexistent\n"),
	    "database_url_file = /nonexistent: cannot be read");
	THEN_REFUSED(read_text("[global]\ndatabase_url_file = /x\ndatabase_url = y\n"), "is set on line 2 already");
}

static void
secrets_are_never_shown(void **state)
{
	const struct config *config = read_text("[global]\ndatabase_url = postgresql://a:hush@h/d\n"),
			    *old = read_text("");

	(void)state;
	assert_null(strstr(shown(config), "hush"));
	assert_non_null(strstr(shown(config), "database_url = ***"));
	assert_null(read_text("[global]\ndatabase_url = mysql://hush\n"));
	assert_null(strstr(said, "hush"));
	free(said);
	said = NULL;
	{
		size_t length;
		FILE *out = open_memstream(&said, &length);

		assert_int_equal(config_needs_restart(old, config, out), 1);
		fclose(out);
	}
	assert_null(strstr(said, "hush"));
	assert_non_null(strstr(said, "[global] database_url"));
}

static void
what_is_shown_is_read_back_the_same(void **state)
{
	const struct config *config = read_text("[global]\nlog = \" a # b ; \\\"c\\\" \"\ndatabase_idle = "
						"90\n[limits]\nread = 7/90s\n[pool.ops]\npm = ondemand\n");
	const char *first = shown(config), *path = file_of("shown.conf", first);
	const struct config *again = config_read(arena, &small_house, path, NULL, stderr);

	(void)state;
	assert_non_null(again);
	assert_string_equal(again->global.log, " a # b ; \"c\" ");
	assert_int_equal(again->global.database_idle, 90);
	assert_int_equal(again->limits.read.period, 90);
	assert_string_equal(config_pool(again, "ops")->pm, "ondemand");
}

static void
only_settings_that_need_a_restart_are_told(void **state)
{
	const struct config *old = read_text("[global]\nrun_dir = /a\nhttps_port = 1\n");
	const struct config *new =
	    read_text("[global]\nrun_dir = /b\nhttps_port = 2\n[pool.ops]\nlisten.backlog = 77\n");
	size_t length;
	FILE *out;

	(void)state;
	free(said);
	out = open_memstream(&said, &length);
	assert_int_equal(config_needs_restart(old, new, out), 2);
	fclose(out);
	assert_non_null(strstr(said, "[global] run_dir = /b was /a"));
	assert_non_null(strstr(said, "[pool.ops] listen.backlog = 77 was 1024"));
}

static void
the_pools_of_this_host_can_be_chosen(void **state)
{
	(void)state;
	assert_true(config_runs(read_text(""), "queue-jobs"));
	assert_true(config_runs(read_text("[global]\npools = ops\n"), "ops"));
	assert_false(config_runs(read_text("[global]\npools = ops\n"), "queue-jobs"));
}

/* The manual is printed from the rows; this is the guard against a row whose default its own type refuses. */
static void
every_default_is_right_and_every_setting_is_in_the_manual(void **state)
{
	char *manual = NULL;
	size_t length;
	FILE *out = open_memstream(&manual, &length);
	char value[64];

	(void)state;
	config_manual(&small_house, out);
	fclose(out);
	for (size_t i = 0; i < config_section_count; i++)
		for (size_t j = 0; j < config_sections[i].option_count; j++) {
			const struct option *option = &config_sections[i].options[j];

			if (!option_parse(arena, option, option->fallback, value))
				fail_msg("the default of [%s] %s is wrong", config_sections[i].name, option->key);
			assert_non_null(strstr(manual, arena_format(arena, "| `%s` |", option->key)));
			assert_true(strlen(option->says) > 5);
			assert_int_equal(option->says[strlen(option->says) - 1], '.');
		}
	free(manual);
}

static void
a_missing_or_huge_file_is_told(void **state)
{
	char *huge = arena_alloc(arena, 1100001);
	FILE *complaints = fopen("/dev/null", "w");

	(void)state;
	memset(huge, '#', 1100000);
	assert_null(read_text(huge));
	assert_null(config_read(arena, &small_house, "/nonexistent/stoa.conf", NULL, complaints));
	assert_null(config_read(arena, &small_house, "/", NULL, complaints));
	fclose(complaints);
}

static void
a_socket_path_that_the_kernel_would_cut_is_refused(void **state)
{
	(void)state;
	THEN_REFUSED(read_text(arena_format(arena, "[global]\nrun_dir = /%0100d\n", 0)), "at most 107 bytes");
}

static int
open_directory(void **state)
{
	(void)state;
	arena = arena_new();
	return mkdtemp(directory) != NULL ? 0 : -1;
}

static int
close_directory(void **state)
{
	(void)state;
	unlink(arena_format(arena, "%s/stoa.conf", directory));
	unlink(arena_format(arena, "%s/shown.conf", directory));
	unlink(arena_format(arena, "%s/secret", directory));
	rmdir(directory);
	free(said);
	arena_free(arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(what_follows_from_other_settings_is_filled_in),
		cmocka_unit_test(everything_may_be_erased_where_things_are_tried_out_or_somebody_says_so),
		cmocka_unit_test(one_written_spare_draws_the_derived_ones_to_it),
		cmocka_unit_test(spares_that_contradict_each_other_are_named),
		cmocka_unit_test(a_wrong_value_is_named_with_its_line_and_what_is_allowed),
		cmocka_unit_test(values_out_of_form_are_refused),
		cmocka_unit_test(values_in_form_are_taken),
		cmocka_unit_test(an_unknown_name_is_an_error_with_the_nearest_known_one),
		cmocka_unit_test(all_faults_are_told_at_once),
		cmocka_unit_test(the_environment_goes_over_the_file),
		cmocka_unit_test(an_unknown_or_wrong_variable_is_an_error),
		cmocka_unit_test(secrets_may_stand_in_files_of_their_own),
		cmocka_unit_test(secrets_are_never_shown),
		cmocka_unit_test(what_is_shown_is_read_back_the_same),
		cmocka_unit_test(only_settings_that_need_a_restart_are_told),
		cmocka_unit_test(the_pools_of_this_host_can_be_chosen),
		cmocka_unit_test(every_default_is_right_and_every_setting_is_in_the_manual),
		cmocka_unit_test(a_missing_or_huge_file_is_told),
		cmocka_unit_test(a_socket_path_that_the_kernel_would_cut_is_refused),
	};

	return cmocka_run_group_tests(tests, open_directory, close_directory);
}
