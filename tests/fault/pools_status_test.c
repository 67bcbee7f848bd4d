/* pools_status_test.c -- ping, the status page in FPM's formats, metrics, the table of pools, and the logs. */
#include "tests/fault/pools_kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
ping_is_answered_by_the_pool(void **state)
{
	struct pools *pools = pools_start("ping.path = /are-you-there\nping.response = yes");
	struct fastcgi_answer answer = fastcgi_ask(pools->web, "GET", "/are-you-there", NULL, 0);

	(void)state;
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "yes");
	free(answer.text);
	answer = fastcgi_ask(pools->web, "HEAD", "/are-you-there", NULL, 0);
	assert_string_equal(answer.body, "");
	free(answer.text);
	assert_int_equal(pools_get(pools->web, "/ping"), 404);
	pools_stop(pools);
}

static void
then_page_has(const struct pools *pools, const char *target, const char *type, const char *const *lines)
{
	struct fastcgi_answer answer = fastcgi_ask(pools->web, "GET", target, NULL, 0);

	assert_int_equal(answer.status, 200);
	assert_non_null(strstr(answer.text, type));
	for (; *lines != NULL; lines++)
		if (strstr(answer.body, *lines) == NULL)
			fail_msg("%s has no %s:\n%s", target, *lines, answer.body);
	free(answer.text);
}

static void
the_status_page_has_fpms_names(void **state)
{
	static const char *const text[] = { "pool:                 web\n", "process manager:      dynamic\n",
		"start time:           ", "start since:          ", "accepted conn:        ", "listen queue:         0\n",
		"max listen queue:     ", "listen queue len:     1024\n", "idle processes:       ",
		"active processes:     ", "total processes:      ", "max active processes: ", "max children reached: 0\n",
		"slow requests:        0\n", "memory peak:          ", NULL };
	static const char *const json[] = { "{\"pool\":\"web\",\"process manager\":\"dynamic\",\"start time\":",
		"\"start since\":", "\"accepted conn\":", "\"listen queue\":0", "\"max listen queue\":",
		"\"listen queue len\":1024", "\"idle processes\":", "\"active processes\":", "\"total processes\":",
		"\"max active processes\":", "\"max children reached\":0", "\"slow requests\":0", "\"processes\":[{\"pid\":",
		"\"request uri\":\"/status\"", NULL };
	static const char *const metrics[] = { "phpfpm_up 1\n", "# TYPE phpfpm_start_since counter\n",
		"phpfpm_accepted_connections ", "phpfpm_listen_queue 0\n", "phpfpm_max_listen_queue ",
		"phpfpm_listen_queue_length 1024\n", "phpfpm_idle_processes ", "phpfpm_active_processes ",
		"phpfpm_total_processes ", "phpfpm_max_active_processes ", "phpfpm_max_children_reached 0\n",
		"phpfpm_slow_requests 0\n", "# EOF\n", NULL };
	struct pools *pools = pools_start("");

	(void)state;
	then_page_has(pools, "/status", "text/plain", text);
	then_page_has(pools, "/status?json&full", "application/json", json);
	then_page_has(pools, "/status?openmetrics", "application/openmetrics-text", metrics);
	then_page_has(pools, "/status?full", "text/plain", (const char *const[]){ "request URI:          /status\n", NULL });
	pools_stop(pools);
}

/* What a command of the house prints. */
static void
print_by(const struct pools *pools, const char *command, const char *then, char *text, size_t size)
{
	char line[1200];
	FILE *output;
	size_t length;

	snprintf(line, sizeof(line), "%s --config %s %s %s 2>&1", test_house_path(), pools->config, command, then);
	output = popen(line, "re");
	assert_non_null(output);
	length = fread(text, 1, size - 1, output);
	text[length] = '\0';
	assert_int_equal(pclose(output), 0);
}

static void
metrics_are_what_prometheus_reads(void **state)
{
	struct pools *pools = pools_start("");
	char text[65536];

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pools_get(pools->web, "/pid"), 200);
	assert_int_equal(pools_get(pools->web, "/nowhere"), 404);
	print_by(pools, "--metrics", "", text, sizeof(text));
	assert_non_null(strstr(text, "stoa_requests_total{pool=\"web\",method=\"GET\",route=\"/pid\",class=\"2xx\"} 3\n"));
	assert_non_null(strstr(text, "stoa_requests_total{pool=\"web\",method=\"\",route=\"\",class=\"4xx\"} 1\n"));
	assert_non_null(strstr(text, "stoa_request_duration_seconds_bucket{pool=\"web\",method=\"GET\",route=\"/pid\",le=\"+Inf\"} 3\n"));
	assert_non_null(strstr(text, "stoa_pool_idle_processes{pool=\"other\"} "));
	/* Counts outlive a reload. */
	assert_true(pools_reload(pools));
	assert_int_equal(pools_get(pools->web, "/pid"), 200);
	print_by(pools, "--metrics", "", text, sizeof(text));
	assert_non_null(strstr(text, "stoa_requests_total{pool=\"web\",method=\"GET\",route=\"/pid\",class=\"2xx\"} 4\n"));
	if (system("command -v promtool >/dev/null") == 0) {
		print_by(pools, "--metrics", "| promtool check metrics", text, sizeof(text));
		assert_string_equal(text, "");
	}
	pools_stop(pools);
}

static void
the_table_of_pools_is_a_line_each(void **state)
{
	struct pools *pools = pools_prepare("pm.max_children = 7");
	char text[4096], wanted[400];

	(void)state;
	print_by(pools, "--pools", "", text, sizeof(text));
	snprintf(wanted, sizeof(wanted), "web\ttest\tlistener\tdynamic\t7\t%s\ton\nother\ttest\tlistener\tdynamic\t2\t%s\ton\n",
	    pools->web, pools->other);
	assert_string_equal(text, wanted);
	pools_stop(pools);
}

static void
sigusr1_opens_the_log_again_everywhere(void **state)
{
	struct pools *pools = pools_start("request_slowlog_timeout = 1s\npm = static\npm.max_children = 1");
	char rotated[160];

	(void)state;
	snprintf(rotated, sizeof(rotated), "%s.1", pools->log);
	assert_int_equal(rename(pools->log, rotated), 0);
	kill(pools_master(pools), SIGUSR1);
	rest(0.2);
	assert_int_equal(pools_get(pools->web, "/slow?n=1100"), 200);
	assert_true(WAIT_FOR(pools_log_has(pools, "a slow request"), 1));
	pools_stop(pools);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ping_is_answered_by_the_pool),
		cmocka_unit_test(the_status_page_has_fpms_names),
		cmocka_unit_test(metrics_are_what_prometheus_reads),
		cmocka_unit_test(the_table_of_pools_is_a_line_each),
		cmocka_unit_test(sigusr1_opens_the_log_again_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
