/*
 * platform.h -- a platform of the test's own: `stoad-sample` (tests/api/sample) with a pool and an nginx of its own, in
 * a folder of its own, beside the environment that STOA_TEST_CONFIG names.  It shares that environment's PostgreSQL and
 * Redis unless the test wants some that it may break.
 *
 * Everything runs as the environment's owner and ends with the test program, however that ends.
 */
#ifndef STOA_TESTS_API_KIT_PLATFORM_H
#define STOA_TESTS_API_KIT_PLATFORM_H

#include <stdbool.h>
#include <sys/types.h>

#include "tests/api/kit/world.h"

struct platform {
	struct arena *arena;
	const char *folder;
	const char *config; /* path of its stoa.conf */
	const char *program;
	uid_t user;
	gid_t group;
	int https_port, http_port, postgres_port;
	bool durable;
	pid_t stoad, nginx, redis, postgres; /* 0: not ours, or down */
};

struct platform_wish {
	bool own_redis;
	bool own_postgres;
	bool durable; /* PostgreSQL of its own waits for the disk, and has memory: for figures that mean something */
	/* Of its own PostgreSQL, which is reached by its socket alone unless these say otherwise. */
	int postgres_port;             /* 0: the usual one */
	const char *postgres_settings; /* more lines of postgresql.conf; may be NULL */
	const char *database_url;      /* what the platform connects with; NULL: the socket */
	const char *pools;             /* that run; NULL: ops, sample and limits */
	const char *settings;          /* more lines of stoa.conf, [global]'s first, then sections; may be NULL */
};

/* NULL after saying on standard error what went wrong. */
struct platform *platform_start(const struct platform_wish *wish);
void platform_stop(struct platform *platform);
/* A group's set-up: *state becomes the world of a new platform; the environment's own servers are shared. */
int platform_open(void **state);
int platform_open_with(void **state, const struct platform_wish *wish);

bool platform_start_redis(struct platform *platform);
bool platform_start_postgres(struct platform *platform);
/* The same without waiting until it answers. */
bool platform_launch_postgres(struct platform *platform);
bool platform_start_stoad(struct platform *platform);
/* Its superuser's way in, by the socket. */
const char *platform_postgres_url(struct platform *platform, const char *database);
/* Children of a master: all, or the `which`th of them as they come; how many were told. */
unsigned platform_signal_children(pid_t parent, int signal);
unsigned platform_signal_one_child(pid_t parent, unsigned which, int signal);
/* The path of a program of this build: "tests/api/stoad-sample". */
const char *build_program(struct arena *arena, const char *name);
/* The path of a program of PostgreSQL's: "initdb". */
const char *postgres_program(struct arena *arena, const char *name);
/* A TCP port that is free on this machine; 0: there is none. */
int free_port(void);
/* Ends one of ours with that signal, and waits for it. */
void platform_end(pid_t *pid, int signal);
/* Runs a program as the platform's user, its output in a log; 0: it could not be started. */
pid_t platform_run(struct platform *platform, const char *log, const char *const *command);
/* The same, to its end; its exit status. */
int platform_do(struct platform *platform, const char *log, const char *const *command);

#endif
