/* platform.c -- the steps of `scripts/stoa up` in small, in C, so that a test has its platform in a second. */
#include "tests/api/kit/platform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "tests/api/kit/house.h"
#include "tests/api/kit/platform_part.h"

#define POSTGRES_PORT 5432 /* only its socket is named after it */
#define SAMPLE_SCHEMA TOP_SRCDIR "/tests/api/sample/schema.sql"

/* Free a moment ago; nobody else on this machine hands out ports in this range on purpose. */
int
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, size) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &size) != 0)
		return 0;
	close(fd);
	return ntohs(address.sin_port);
}

static bool
write_config(struct platform *platform, const struct config *env, const struct platform_wish *wish)
{
	FILE *file = fopen(platform->config, "we");
	const char *folder = platform->folder;
	const char *certificate = env->global.certificate;
	const char *key = env->global.certificate_key;

	if (*certificate == '\0') {
		certificate = arena_format(platform->arena, "%s/nginx/self-signed.pem", env->global.state_dir);
		key = arena_format(platform->arena, "%s/nginx/self-signed.key", env->global.state_dir);
	}
	if (file == NULL)
		return false;
	fprintf(file, "[global]\nenvironment = test\nstate_dir = %s\nrun_dir = %s/run\ndata_dir = %s/data\n", folder,
	    folder, folder);
	fprintf(file, "log = %s/log/stoad.log\nsecret_key_file = %s\nlisten = 127.0.0.1\n", folder,
	    env->global.secret_key_file);
	fprintf(file, "pools = %s\n", wish->pools != NULL ? wish->pools : "ops, sample, limits");
	fprintf(file, "https_port = %d\nhttp_port = %d\n", platform->https_port, platform->http_port);
	fprintf(file, "public_url = https://localhost:%d\n", platform->https_port);
	fprintf(file, "certificate = %s\ncertificate_key = %s\n", certificate, key);
	if (wish->own_postgres) {
		fprintf(file, "database_url = %s\n",
		    wish->database_url != NULL ? wish->database_url
					       : arena_format(platform->arena, "postgresql:///stoa?host=%s/run&port=%d",
						     folder, platform->postgres_port));
		fprintf(file, "database_admin_url = %s\n", platform_postgres_url(platform, "stoa"));
	} else {
		fprintf(file, "database_url = %s\n", env->global.database_url);
		fprintf(file, "database_admin_url = %s\n", env->global.database_admin_url);
	}
	fprintf(file, "redis_url = %s\n",
	    wish->own_redis ? arena_format(platform->arena, "unix:%s/run/redis.sock", folder) : env->global.redis_url);
	fputs(wish->settings != NULL ? wish->settings : "\n[limits]\naddress = 6000000/1m\n", file);
	return fclose(file) == 0 && chown(platform->config, platform->user, platform->group) == 0;
}

static bool
make_folders(struct platform *platform)
{
	static const char *const names[] = { "", "/run", "/log", "/mail", "/nginx", "/data" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *path = arena_format(platform->arena, "%s%s", platform->folder, names[i]);

		if ((mkdir(path, 0750) != 0 && errno != EEXIST) || chown(path, platform->user, platform->group) != 0)
			return false;
	}
	return true;
}

/* The owner of the environment may not be able to reach the build, so what it needs is brought to it. */
static bool
bring_program(struct platform *platform, const struct config *env)
{
	const char *data = *env->global.data_dir != '\0' ? env->global.data_dir : TOP_SRCDIR;
	const char *folder = platform->folder;
	const char *copy = arena_format(platform->arena,
	    "cp '%s' %s/stoad-sample && ln -s '%s/schema' '%s/nginx' %s/data/ && "
	    "%s/stoad-sample --openapi >%s/data/openapi.json && chmod -R a+rX %s/data %s/stoad-sample",
	    build_program(platform->arena, "tests/api/stoad-sample"), folder, data, data, folder, folder, folder,
	    folder, folder);

	platform->program = arena_format(platform->arena, "%s/stoad-sample", folder);
	return system(copy) == 0;
}

static bool
migrate(struct platform *platform, const char *admin_url)
{
	const char *const command[] = { platform->program, "--config", platform->config, "--migrate", NULL };
	PGconn *admin;
	bool well;

	if (platform_do(platform, "migrate", command) != 0)
		return false;
	admin = PQconnectdb(admin_url);
	well = PQstatus(admin) == CONNECTION_OK && run_sql_file(admin, SAMPLE_SCHEMA);
	if (!well)
		fprintf(stderr, "the sample's schema: %s", PQerrorMessage(admin));
	PQfinish(admin);
	return well;
}

static bool
start_nginx(struct platform *platform)
{
	const char *folder = arena_format(platform->arena, "%s/nginx", platform->folder);
	const char *file = arena_format(platform->arena, "%s/nginx.conf", folder);
	const char *log = arena_format(platform->arena, "%s/log/nginx-error.log", platform->folder);
	const char *const write[] = { platform->program, "--config", platform->config, "--nginx", folder, NULL };
	const char *const serve[] = { "nginx", "-p", arena_format(platform->arena, "%s/", folder), "-c", file, "-e",
		log, NULL };

	if (platform_do(platform, "nginx-write", write) != 0)
		return false;
	platform->nginx = platform_run(platform, "nginx", serve);
	return platform->nginx > 0;
}

bool
platform_start_stoad(struct platform *platform)
{
	const char *const command[] = { platform->program, "--config", platform->config, "--run", NULL };

	platform->stoad = platform_run(platform, "stoad", command);
	return platform->stoad > 0;
}

static bool
start_servers(struct platform *platform, const struct config *env, const struct platform_wish *wish)
{
	const char *admin = env->global.database_admin_url;

	if (wish->own_postgres)
		admin = platform_postgres_url(platform, "stoa");
	return (!wish->own_postgres || (make_postgres(platform, wish->postgres_settings) && platform_start_postgres(platform))) &&
	       (!wish->own_redis || platform_start_redis(platform)) && migrate(platform, admin) &&
	       platform_start_stoad(platform) && start_nginx(platform) && answers(platform);
}

static void
show_logs(struct platform *platform)
{
	fprintf(stderr, "the platform did not start; the ends of its logs:\n");
	(void)!system(arena_format(platform->arena, "tail -n 8 %s/log/* >&2", platform->folder));
}

struct platform *
platform_start(const struct platform_wish *wish)
{
	const char *path = getenv("STOA_TEST_CONFIG");
	struct arena *arena = arena_new();
	struct platform *platform = ARENA_NEW(arena, struct platform);
	const struct config *env = config_read(arena, &kit_house, path, environ, stderr);
	struct stat owner;
	char *folder = arena_text(arena, "/tmp/stoa-test-XXXXXX");

	if (env == NULL || stat(path, &owner) != 0 || mkdtemp(folder) == NULL)
		return NULL;
	*platform = (struct platform){
		.arena = arena,
		.folder = folder,
		.config = arena_format(arena, "%s/stoa.conf", folder),
		.user = owner.st_uid,
		.group = owner.st_gid,
		.https_port = free_port(),
		.http_port = free_port(),
		.postgres_port = wish->postgres_port != 0 ? wish->postgres_port : POSTGRES_PORT,
		.durable = wish->durable,
	};
	if (make_folders(platform) && write_config(platform, env, wish) && bring_program(platform, env) &&
	    start_servers(platform, env, wish))
		return platform;
	show_logs(platform);
	platform_stop(platform);
	return NULL;
}

void
platform_stop(struct platform *platform)
{
	platform_end(&platform->nginx, SIGQUIT);
	platform_end(&platform->stoad, SIGTERM);
	platform_end(&platform->redis, SIGTERM);
	platform_end(&platform->postgres, SIGINT);
	if (getenv("STOA_TEST_KEEP") == NULL)
		(void)!system(arena_format(platform->arena, "rm -rf %s", platform->folder));
	arena_free(platform->arena);
}

int
platform_open_with(void **state, const struct platform_wish *wish)
{
	struct platform *platform = platform_start(wish);
	struct world *w;

	if (platform == NULL)
		return -1;
	if ((w = world_new(platform->config)) == NULL) {
		platform_stop(platform);
		return -1;
	}
	w->platform = platform;
	*state = w;
	return 0;
}

int
platform_open(void **state)
{
	return platform_open_with(state, &(struct platform_wish){ 0 });
}
