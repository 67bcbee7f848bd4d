/* platform_server.c -- the servers beneath a test's platform, and how a program is run for it. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/platform_part.h"

#define PATIENCE (15 * SECOND)

/* Debian keeps each version's programs in a folder of its own: the newest. */
const char *
postgres_program(struct arena *arena, const char *name)
{
	const char *path = name;
	glob_t found;

	if (glob("/usr/lib/postgresql/*/bin", 0, NULL, &found) == 0)
		path = arena_format(arena, "%s/%s", found.gl_pathv[found.gl_pathc - 1], name);
	globfree(&found);
	return path;
}

/* The test programs are beside it: tests/fault/redis_test and tests/api/stoad-sample have one build folder. */
const char *
build_program(struct arena *arena, const char *name)
{
	char path[4096];
	const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *folder = path;

	path[length > 0 ? length : 0] = '\0';
	for (char *found = path; (found = strstr(found, "/tests/")) != NULL; found++)
		folder = found;
	*folder = '\0';
	return arena_format(arena, "%s/%s", path, name);
}

/* In the child: the platform's user, its log, and an end with the test program. */
static void
become(struct platform *platform, const char *log)
{
	const int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0640);
	const struct passwd *user = getpwuid(platform->user);

	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0u, 0); /* curl's connections: nginx would wait for whoever holds them */
	if (geteuid() == 0 && platform->user != 0)
		if ((user != NULL ? initgroups(user->pw_name, platform->group) : setgroups(0, NULL)) != 0 ||
		    setgid(platform->group) != 0 || setuid(platform->user) != 0)
			_exit(126);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setenv("HOME", "/", 1);
	/* nginx is in a folder that an ordinary user's PATH leaves out. */
	setenv("PATH", arena_format(platform->arena, "%s:/usr/sbin:/sbin", getenv("PATH")), 1);
	(void)!chdir(platform->folder);
}

pid_t
platform_run(struct platform *platform, const char *log, const char *const *command)
{
	const char *path = arena_format(platform->arena, "%s/log/%s.out", platform->folder, log);
	const pid_t pid = fork();

	if (pid != 0)
		return pid > 0 ? pid : 0;
	become(platform, path);
	execvp(command[0], (char *const *)command);
	_exit(127);
}

int
platform_do(struct platform *platform, const char *log, const char *const *command)
{
	const pid_t pid = platform_run(platform, log, command);
	int status = 0;

	if (pid == 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
platform_end(pid_t *pid, int signal)
{
	const int64_t until = env_monotonic(&env_system) + PATIENCE;

	if (*pid <= 0)
		return;
	kill(*pid, signal);
	kill(*pid, SIGCONT);
	while (waitpid(*pid, NULL, WNOHANG) == 0) {
		if (env_monotonic(&env_system) > until)
			kill(*pid, SIGKILL);
		usleep(5000);
	}
	*pid = 0;
}

static bool
is_listening(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool well;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	well = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
	close(fd);
	return well;
}

static bool
wait_for_socket(const char *path)
{
	const int64_t until = env_monotonic(&env_system) + PATIENCE;

	while (!is_listening(path)) {
		if (env_monotonic(&env_system) > until)
			return false;
		usleep(10000);
	}
	return true;
}

bool
platform_start_redis(struct platform *platform)
{
	const char *socket = arena_format(platform->arena, "%s/run/redis.sock", platform->folder);
	const char *const command[] = { "redis-server", "--port", "0", "--unixsocket", socket, "--save", "",
		"--appendonly", "no", NULL };

	platform->redis = platform_run(platform, "redis", command);
	return platform->redis > 0 && wait_for_socket(socket);
}

const char *
platform_postgres_url(struct platform *platform, const char *database)
{
	return arena_format(platform->arena, "postgresql://postgres@/%s?host=%s/run&port=%d", database,
	    platform->folder, platform->postgres_port);
}

static bool
write_postgres_settings(struct platform *platform, const char *more)
{
	FILE *file = fopen(arena_format(platform->arena, "%s/postgres/postgresql.conf", platform->folder), "ae");

	if (file == NULL)
		return false;
	fprintf(file, "unix_socket_directories = '%s/run'\nport = %d\nlisten_addresses = ''\n", platform->folder,
	    platform->postgres_port);
	fputs(platform->durable ? "fsync = on\nshared_buffers = 256MB\n" : "fsync = off\nshared_buffers = 16MB\n",
	    file);
	fputs(more != NULL ? more : "", file);
	return fclose(file) == 0;
}

bool
make_postgres(struct platform *platform, const char *settings)
{
	const char *folder = arena_format(platform->arena, "%s/postgres", platform->folder);
	const char *const command[] = { postgres_program(platform->arena, "initdb"), "-D", folder, "-A", "trust", "-U",
		"postgres", "--no-sync", "--locale=C.UTF-8", "--encoding=UTF8", "--no-instructions", NULL };

	return platform_do(platform, "initdb", command) == 0 && write_postgres_settings(platform, settings);
}

/* pg_isready would be one more process; a connection that can ask is what counts. */
static bool
wait_for_postgres(struct platform *platform)
{
	const char *url = platform_postgres_url(platform, "postgres");
	const int64_t until = env_monotonic(&env_system) + PATIENCE;

	while (PQping(url) != PQPING_OK) {
		if (env_monotonic(&env_system) > until)
			return false;
		usleep(20000);
	}
	return true;
}

static bool
make_database(struct platform *platform)
{
	PGconn *admin = PQconnectdb(platform_postgres_url(platform, "postgres"));
	PGresult *there =
	    PQexecParams(admin, "SELECT FROM pg_database WHERE datname = 'stoa'", 0, NULL, NULL, NULL, NULL, 0);
	bool well = PQntuples(there) == 1;

	PQclear(there);
	if (!well) {
		there = PQexecParams(admin, "CREATE DATABASE stoa", 0, NULL, NULL, NULL, NULL, 0);
		well = PQresultStatus(there) == PGRES_COMMAND_OK;
		PQclear(there);
	}
	PQfinish(admin);
	return well;
}

bool
platform_launch_postgres(struct platform *platform)
{
	const char *const command[] = { postgres_program(platform->arena, "postgres"), "-D",
		arena_format(platform->arena, "%s/postgres", platform->folder), NULL };

	platform->postgres = platform_run(platform, "postgres", command);
	return platform->postgres > 0;
}

bool
platform_start_postgres(struct platform *platform)
{
	return platform_launch_postgres(platform) && wait_for_postgres(platform) && make_database(platform);
}

static pid_t
parent_of(pid_t pid)
{
	char path[64], text[512] = "";
	const char *behind;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	(void)!fgets(text, sizeof(text), file);
	fclose(file);
	behind = strrchr(text, ')');
	return behind != NULL && sscanf(behind, ") %*c %d", &parent) == 1 ? parent : 0;
}

#define CHILDREN_MAX 256
static unsigned
children_of(pid_t parent, pid_t children[static CHILDREN_MAX])
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	unsigned count = 0;

	while ((entry = readdir(processes)) != NULL && count < CHILDREN_MAX) {
		const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0 && parent_of(pid) == parent)
			children[count++] = pid;
	}
	closedir(processes);
	return count;
}

unsigned
platform_signal_children(pid_t parent, int signal)
{
	pid_t children[CHILDREN_MAX];
	const unsigned count = children_of(parent, children);

	for (unsigned i = 0; i < count; i++)
		kill(children[i], signal);
	return count;
}

unsigned
platform_signal_one_child(pid_t parent, unsigned which, int signal)
{
	pid_t children[CHILDREN_MAX];
	const unsigned count = children_of(parent, children);

	return count > 0 && kill(children[which % count], signal) == 0;
}

bool
run_sql_file(PGconn *admin, const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = fopen(path, "re");
	bool well = true;

	if (file == NULL)
		return false;
	/* One statement at a time, as PQexecParams wants it; two programs may do this at once. */
	PQclear(PQexecParams(admin, "SELECT pg_advisory_lock(hashtext('sample'))", 0, NULL, NULL, NULL, NULL, 0));
	while (well && getdelim(&text, &size, ';', file) > 0) {
		PGresult *result = PQexecParams(admin, text, 0, NULL, NULL, NULL, NULL, 0);

		well = PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_EMPTY_QUERY;
		PQclear(result);
	}
	PQclear(PQexecParams(admin, "SELECT pg_advisory_unlock_all()", 0, NULL, NULL, NULL, NULL, 0));
	free(text);
	fclose(file);
	return well;
}

static size_t
drop(char *data, size_t size, size_t count, void *context)
{
	(void)data, (void)context;
	return size * count;
}

/* Through nginx, so that both are there. */
static bool
is_healthy(struct platform *platform)
{
	CURL *curl = curl_easy_init();
	bool well;

	curl_easy_setopt(
	    curl, CURLOPT_URL, arena_format(platform->arena, "https://localhost:%d/health", platform->https_port));
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 2000L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
	well = curl_easy_perform(curl) == CURLE_OK;
	curl_easy_cleanup(curl);
	return well;
}

bool
answers(struct platform *platform)
{
	const int64_t until = env_monotonic(&env_system) + PATIENCE;

	while (!is_healthy(platform)) {
		if (env_monotonic(&env_system) > until || waitpid(platform->stoad, NULL, WNOHANG) != 0 ||
		    waitpid(platform->nginx, NULL, WNOHANG) != 0)
			return false;
		usleep(20000);
	}
	return true;
}
