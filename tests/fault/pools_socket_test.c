/* pools_socket_test.c -- sockets that somebody else bound, and the conversation with systemd. */
#include "tests/fault/pools_kit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A listening socket of ours at `path`, on a descriptor above those that the house will use. */
static int
listen_at(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), high;

	snprintf(name.sun_path, sizeof(name.sun_path), "%.100s", path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&name, sizeof(name)), 0);
	assert_int_equal(listen(fd, 64), 0);
	high = fcntl(fd, F_DUPFD_CLOEXEC, 100);
	close(fd);
	return high;
}

static void
run_with(struct pools *pools, int fd, int as, const char *names)
{
	const char *program = test_house_path();

	if ((pools->started = fork()) == 0) {
		char pid[16];

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fd, as);
		snprintf(pid, sizeof(pid), "%d", (int)getpid());
		if (names != NULL) {
			setenv("LISTEN_PID", pid, 1);
			setenv("LISTEN_FDS", "1", 1);
			setenv("LISTEN_FDNAMES", names, 1);
		}
		execl(program, program, "--config", pools->config, (char *)NULL);
		_exit(127);
	}
	close(fd);
	assert_true(WAIT_FOR(pools_log_has(pools, "\"ready\""), 5));
}

static void
then_it_is_used_and_left(struct pools *pools, const char *path)
{
	assert_int_equal(pools_get(path, "/pid"), 200);
	assert_int_not_equal(access(pools->web, F_OK), 0);
	assert_true(pools_reload(pools));
	assert_int_equal(pools_get(path, "/pid"), 200);
	kill(pools_master(pools), SIGTERM);
	assert_true(WAIT_FOR(pools_processes(pools) == 0, 5));
	assert_int_equal(access(path, F_OK), 0);
	pools_stop(pools);
}

static void
systemds_socket_is_used_by_the_name_of_its_pool(void **state)
{
	struct pools *pools = pools_prepare("");
	char path[100];

	(void)state;
	snprintf(path, sizeof(path), "%s/systemd.sock", pools->dir);
	run_with(pools, listen_at(path), 3, "web");
	assert_int_equal(pools_get(pools->other, "/pid"), 200);
	then_it_is_used_and_left(pools, path);
}

static void
descriptor_zero_serves_the_only_pool(void **state)
{
	struct pools *pools = pools_prepare("");
	char path[100], text[600];
	FILE *config;

	(void)state;
	snprintf(path, sizeof(path), "%s/spawned.sock", pools->dir);
	snprintf(text, sizeof(text), "sed -i 's/^\\[pool.web\\]/pools = web\\n[pool.web]/' %s", pools->config);
	assert_int_equal(system(text), 0);
	config = fopen(pools->config, "re");
	assert_non_null(config);
	fclose(config);
	run_with(pools, listen_at(path), 0, NULL);
	then_it_is_used_and_left(pools, path);
}

static void
an_own_socket_has_its_mode_and_goes_with_the_master(void **state)
{
	struct pools *pools = pools_start("listen.mode = 0600");
	struct stat facts;

	(void)state;
	assert_int_equal(stat(pools->web, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0600);
	assert_int_equal(stat(pools->other, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0660);
	kill(pools_master(pools), SIGTERM);
	assert_true(WAIT_FOR(access(pools->web, F_OK) != 0, 3));
	pools_stop(pools);
}

static void
a_pool_may_listen_on_an_address(void **state)
{
	struct pools *pools = pools_start("listen = 127.0.0.1:19444");

	(void)state;
	assert_int_equal(pools_get("127.0.0.1:19444", "/pid"), 200);
	assert_true(pools_reload(pools));
	assert_int_equal(pools_get("127.0.0.1:19444", "/pid"), 200);
	assert_true(WAIT_FOR(pools_log_has(pools, "has taken over"), 1));
	kill(pools_master(pools), SIGKILL);
	assert_true(WAIT_FOR(pools_processes(pools) == 0, 3));
	assert_int_equal(truncate(pools->log, 0), 0);
	pools_run(pools);
	assert_int_equal(pools_get("127.0.0.1:19444", "/pid"), 200);
	pools_stop(pools);
}

/* Whether systemd was told `text` within `seconds`. */
static bool
heard(int notifier, const char *text, double seconds)
{
	double until = seconds_now() + seconds;

	while (seconds_now() < until) {
		char said[512] = "";

		if (recv(notifier, said, sizeof(said) - 1, MSG_DONTWAIT) > 0 && strstr(said, text) != NULL)
			return true;
		rest(0.002);
	}
	return false;
}

static void
systemd_is_told(void **state)
{
	struct pools *pools = pools_prepare("");
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int notifier = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	snprintf(name.sun_path, sizeof(name.sun_path), "%s/notify", pools->dir);
	assert_int_equal(bind(notifier, (const struct sockaddr *)&name, sizeof(name)), 0);
	setenv("NOTIFY_SOCKET", name.sun_path, 1);
	setenv("WATCHDOG_USEC", "200000", 1);
	pools_run(pools);
	assert_true(heard(notifier, "READY=1", 1));
	assert_true(heard(notifier, "WATCHDOG=1", 1));
	assert_true(heard(notifier, "WATCHDOG=1", 0.3));
	kill(pools_master(pools), SIGHUP);
	assert_true(heard(notifier, "RELOADING=1\nMONOTONIC_USEC=", 1));
	assert_true(heard(notifier, "MAINPID=", 1));
	assert_true(WAIT_FOR(pools_master(pools) != pools->started, 1));
	assert_true(heard(notifier, "WATCHDOG=1", 1));
	kill(pools_master(pools), SIGHUP);
	assert_true(heard(notifier, "READY=1", 2));
	kill(pools_master(pools), SIGTERM);
	assert_true(heard(notifier, "STOPPING=1", 2));
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	close(notifier);
	pools_stop(pools);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(systemds_socket_is_used_by_the_name_of_its_pool),
		cmocka_unit_test(descriptor_zero_serves_the_only_pool),
		cmocka_unit_test(an_own_socket_has_its_mode_and_goes_with_the_master),
		cmocka_unit_test(a_pool_may_listen_on_an_address),
		cmocka_unit_test(systemd_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
