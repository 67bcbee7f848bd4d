/*
 * connections_test.c -- a configuration that can need more connections than PostgreSQL allows does not start, and says
 * both numbers; otherwise the last workers to come would find no place, at the worst of times.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOT_RUN 77
#define LONGEST 20 /* seconds */

static char folder[] = "/tmp/stoa-connections-XXXXXX";

/* The environment's own configuration, but with a run directory apart and so many workers. */
static _Noreturn void
run_stoad(const char *children, int output)
{
	const char *config = getenv("STOA_TEST_CONFIG"), *stoad = getenv("STOA_TEST_STOAD");

	setenv("STOA__GLOBAL__RUN_DIR", folder, 1);
	setenv("STOA__GLOBAL__LOG", "", 1);
	setenv("STOA__POOL_OPS__PM_MAX_CHILDREN", children, 1);
	alarm(LONGEST);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	execl(stoad, stoad, "--config", config, "--run", (char *)NULL);
	_exit(127);
}

/* How it ended, with all that it said. */
static int
start_with(const char *children, char said[static 8192])
{
	size_t length = 0;
	ssize_t count;
	int ends[2], status;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	if ((pid = fork()) == 0)
		run_stoad(children, ends[1]);
	close(ends[1]);
	while ((count = read(ends[0], said + length, 8191 - length)) > 0)
		length += (size_t)count;
	said[length] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
more_than_postgresql_allows_does_not_start(void **state)
{
	char said[8192];
	int status = start_with("5000", said);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_not_equal(WEXITSTATUS(status), 0);
	assert_int_not_equal(WEXITSTATUS(status), 127);
	assert_non_null(strstr(said, "can need more connections than PostgreSQL allows"));
	assert_non_null(strstr(said, "\"needed\":"));
	assert_non_null(strstr(said, "\"allowed\":"));
}

static int
make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
remove_folder(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_than_postgresql_allows_does_not_start),
	};

	if (getenv("STOA_TEST_CONFIG") == NULL || getenv("STOA_TEST_STOAD") == NULL)
		return NOT_RUN;
	return cmocka_run_group_tests_name("connections", tests, make_folder, remove_folder);
}
