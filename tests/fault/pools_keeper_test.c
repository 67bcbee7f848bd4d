/* pools_keeper_test.c -- the keeper starts what dies again, follows stoad's hand-over, and stops everything. */
#include "tests/fault/pools_kit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* The keeper's own lines are in the house's log as well. */
static pid_t
keep(struct pools *pools, const char *programs)
{
	const char *program = test_house_path();
	char path[100];
	FILE *file;
	pid_t pid;

	snprintf(path, sizeof(path), "%s/kept", pools->dir);
	file = fopen(path, "we");
	assert_non_null(file);
	fprintf(file, "# what runs here\nstoad: pidfile=%s/run/stoad.pid %s --config %s\n%s", pools->dir, program, pools->config,
	    programs);
	fclose(file);
	if ((pid = fork()) == 0) {
		int log = open(pools->log, O_WRONLY | O_APPEND | O_CLOEXEC);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(log, STDOUT_FILENO);
		dup2(log, STDERR_FILENO);
		execl(program, program, "--keep", path, (char *)NULL);
		_exit(127);
	}
	assert_true(WAIT_FOR(pools_log_has(pools, "\"ready\""), 5));
	return pid;
}

static void
stop_keeper(pid_t keeper)
{
	int status;

	kill(keeper, SIGTERM);
	assert_int_equal(waitpid(keeper, &status, 0), keeper);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
what_dies_is_back_within_a_second(void **state)
{
	struct pools *pools = pools_prepare("");
	pid_t keeper = keep(pools, "sleeper: sleep 1000\n"), before = pools_master(pools);
	double began;

	(void)state;
	kill(before, SIGKILL);
	began = seconds_now();
	assert_true(WAIT_FOR(pools_master(pools) != before && pools_get(pools->web, "/pid") == 200, 3));
	print_message("back after %.2f s\n", seconds_now() - began);
	assert_true(seconds_now() - began < 1.0);
	assert_int_equal(pools_log_count(pools, "\"message\":\"died\""), 1);
	stop_keeper(keeper);
	assert_int_equal(pools_processes(pools), 0);
	assert_int_equal(pools_log_count(pools, "\"message\":\"stopped\""), 2);
	pools_stop(pools);
}

static void
a_hand_over_is_no_death(void **state)
{
	struct pools *pools = pools_prepare("");
	pid_t keeper = keep(pools, ""), last;

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_true(pools_reload(pools));
	last = pools_master(pools);
	assert_true(WAIT_FOR(pools_log_has(pools, "\"handed over\""), 2));
	rest(0.3);
	assert_int_equal(pools_log_count(pools, "\"message\":\"died\""), 0);
	kill(last, SIGKILL);
	assert_true(WAIT_FOR(pools_master(pools) != last && pools_get(pools->web, "/pid") == 200, 3));
	stop_keeper(keeper);
	assert_int_equal(pools_processes(pools), 0);
	pools_stop(pools);
}

/* nginx's worker outlives its killed master and holds the port: it has to go first. */
static void
an_orphaned_nginx_does_not_hold_the_port(void **state)
{
	struct pools *pools = pools_prepare("");
	char config[128], line[400];
	pid_t keeper, before;
	FILE *file;

	(void)state;
	if (access("/usr/sbin/nginx", X_OK) != 0) {
		pools_stop(pools);
		skip();
	}
	snprintf(config, sizeof(config), "%s/nginx.conf", pools->dir);
	file = fopen(config, "we");
	fprintf(file,
	    "daemon off; pid %s/nginx.pid; error_log %s/nginx.log; events {}\nhttp { access_log off; server { listen "
	    "127.0.0.1:19445; client_body_temp_path %s/b; proxy_temp_path %s/p; fastcgi_temp_path %s/f; uwsgi_temp_path %s/u; "
	    "scgi_temp_path %s/s; return 204; } }\n",
	    pools->dir, pools->dir, pools->dir, pools->dir, pools->dir, pools->dir, pools->dir);
	fclose(file);
	snprintf(line, sizeof(line), "nginx: /usr/sbin/nginx -p %s -c %s\n", pools->dir, config);
	keeper = keep(pools, line);
	snprintf(line, sizeof(line), "%s/nginx.pid", pools->dir);
	assert_true(WAIT_FOR(access(line, F_OK) == 0, 3));
	file = fopen(line, "re");
	assert_int_equal(fscanf(file, "%d", &before), 1);
	fclose(file);
	kill(before, SIGKILL);
	assert_true(WAIT_FOR(pools_log_count(pools, "\"name\":\"nginx\"") >= 3, 2)); /* started, died, started */
	rest(0.5);
	assert_int_equal(pools_log_count(pools, "\"message\":\"died\""), 1);
	stop_keeper(keeper);
	pools_stop(pools);
}

static void
the_file_read_again_starts_and_stops(void **state)
{
	struct pools *pools = pools_prepare("");
	pid_t keeper = keep(pools, "sleeper: sleep 1000\n");
	char line[400];

	(void)state;
	snprintf(line, sizeof(line), "sed -i 's/^sleeper.*/other: sleep 999/' %s/kept", pools->dir);
	assert_int_equal(system(line), 0);
	kill(keeper, SIGHUP);
	assert_true(WAIT_FOR(pools_log_has(pools, "\"message\":\"started\",\"name\":\"other\""), 2));
	assert_true(pools_log_has(pools, "\"message\":\"stopped\",\"name\":\"sleeper\""));
	assert_int_equal(pools_log_count(pools, "\"message\":\"started\",\"name\":\"stoad\""), 1);
	stop_keeper(keeper);
	pools_stop(pools);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_dies_is_back_within_a_second),
		cmocka_unit_test(a_hand_over_is_no_death),
		cmocka_unit_test(an_orphaned_nginx_does_not_hold_the_port),
		cmocka_unit_test(the_file_read_again_starts_and_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
