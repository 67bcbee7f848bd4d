/* pools_kit.c -- see pools_kit.h. */
#include "tests/fault/pools_kit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void
rest(double seconds)
{
	nanosleep(&(struct timespec){ .tv_sec = (time_t)seconds, .tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9) },
	    NULL);
}

void
reap_all(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

bool
is_long(void)
{
	return getenv("STOA_TEST_LONG") != NULL && *getenv("STOA_TEST_LONG") != '\0';
}

const char *
test_house_path(void)
{
	static char path[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 32);
	char *slash;

	assert_true(length > 0);
	path[length] = '\0';
	slash = strrchr(path, '/');
	snprintf(slash + 1, 32, "test_house");
	return path;
}

static void
write_file(const char *path, mode_t mode, const char *text)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(file >= 0);
	assert_int_equal(write(file, text, strlen(text)), (ssize_t)strlen(text));
	close(file);
}

void
pools_write_config(const struct pools *pools, const char *options)
{
	char text[4096];

	snprintf(text, sizeof(text),
	    "[global]\nenvironment = test\nrun_dir = %s/run\nstate_dir = %s/state\nsecret_key_file = %s/secret.key\n"
	    "log = %s\nlog_level = debug\n[pool.web]\npm.status_path = /status\n%s\n",
	    pools->dir, pools->dir, pools->dir, pools->log, options);
	write_file(pools->config, 0640, text);
}

struct pools *
pools_prepare(const char *options)
{
	struct pools *pools = calloc(1, sizeof(*pools));
	char path[160];

	prctl(PR_SET_CHILD_SUBREAPER, 1); /* later masters are nobody's children but ours */
	snprintf(pools->dir, sizeof(pools->dir), "/tmp/stoa-pools-XXXXXX");
	assert_non_null(mkdtemp(pools->dir));
	snprintf(pools->config, sizeof(pools->config), "%s/stoa.conf", pools->dir);
	snprintf(pools->log, sizeof(pools->log), "%s/log", pools->dir);
	snprintf(pools->web, sizeof(pools->web), "%s/run/web.sock", pools->dir);
	snprintf(pools->other, sizeof(pools->other), "%s/run/other.sock", pools->dir);
	snprintf(path, sizeof(path), "%s/run", pools->dir);
	assert_int_equal(mkdir(path, 0750), 0);
	snprintf(path, sizeof(path), "%s/state", pools->dir);
	assert_int_equal(mkdir(path, 0750), 0);
	snprintf(path, sizeof(path), "%s/secret.key", pools->dir);
	write_file(path, 0640, "00000001:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
	write_file(pools->log, 0640, "");
	pools_write_config(pools, options);
	return pools;
}

void
pools_run(struct pools *pools)
{
	const char *program = test_house_path();

	if ((pools->started = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
		execl(program, program, "--config", pools->config, (char *)NULL);
		_exit(127);
	}
	assert_true(WAIT_FOR(pools_log_has(pools, "\"ready\""), 5));
}

struct pools *
pools_start(const char *options)
{
	struct pools *pools = pools_prepare(options);

	pools_run(pools);
	return pools;
}

static void
remove_tree(const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		char below[512];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (unlink(below) != 0)
			remove_tree(below);
	}
	if (directory != NULL)
		closedir(directory);
	rmdir(path);
}

void
pools_stop(struct pools *pools)
{
	pid_t master = pools_master(pools);

	if (master > 0)
		kill(master, SIGTERM);
	assert_true(WAIT_FOR(pools_processes(pools) == 0, 15));
	reap_all();
	assert_false(pools_log_has(pools, "\"level\":\"error\""));
	remove_tree(pools->dir);
	free(pools);
}

pid_t
pools_master(const struct pools *pools)
{
	char path[160], text[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/run/stoad.pid", pools->dir);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	return (pid_t)strtol(text, NULL, 10);
}

bool
pools_reload(const struct pools *pools)
{
	pid_t before = pools_master(pools);

	kill(before, SIGHUP);
	return WAIT_FOR(pools_master(pools) != before, 2);
}

unsigned
pools_log_count(const struct pools *pools, const char *text)
{
	FILE *file = fopen(pools->log, "re");
	char line[8192];
	unsigned count = 0;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		count += strstr(line, text) != NULL;
	if (file != NULL)
		fclose(file);
	return count;
}

bool
pools_log_has(const struct pools *pools, const char *text)
{
	return pools_log_count(pools, text) > 0;
}

int
pools_get(const char *socket, const char *target)
{
	struct fastcgi_answer answer = fastcgi_ask(socket, "GET", target, NULL, 0);

	free(answer.text);
	return answer.complete ? answer.status : 0;
}

long
pools_status(const struct pools *pools, const char *field)
{
	struct fastcgi_answer answer = fastcgi_ask(pools->web, "GET", "/status", NULL, 0);
	const char *line = strstr(answer.body, field);
	long number = line != NULL ? strtol(line + strlen(field) + 1, NULL, 10) : -1;

	free(answer.text);
	return number;
}

static bool
runs_with(const char *pid, const char *config)
{
	char path[64], text[1024] = "";
	int file;
	ssize_t length;

	snprintf(path, sizeof(path), "/proc/%.20s/cmdline", pid);
	if ((file = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	length = read(file, text, sizeof(text) - 1);
	close(file);
	return length > 0 && strstr(text, "test_house") != NULL && memmem(text, (size_t)length, config, strlen(config)) != NULL;
}

int
pools_processes(const struct pools *pools)
{
	DIR *directory = opendir("/proc");
	struct dirent *entry;
	int count = 0;

	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			count += runs_with(entry->d_name, pools->config);
	closedir(directory);
	return count;
}
