/* pools_kit.h -- a test house in a directory of its own, and what the tests of the pools ask of it. */
#ifndef STOA_TESTS_POOLS_KIT_H
#define STOA_TESTS_POOLS_KIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/types.h>

#include <cmocka.h>

#include "tests/fault/fastcgi_client.h"

struct pools {
	char dir[64];
	char config[128], log[128];
	char web[128], other[128]; /* the sockets of its two pools */
	pid_t started;             /* the first master; reloads make others */
};

/* Ready when it returns.  `options` is put at the end of its stoa.conf, in [pool.web]. */
struct pools *pools_start(const char *options);
/* The same, not started yet. */
struct pools *pools_prepare(const char *options);
void pools_run(struct pools *pools);
void pools_write_config(const struct pools *pools, const char *options);
/* SIGTERM, everything gone, the directory too; fails the test on an ERROR line that is not in `expected` (NULL: none). */
void pools_stop(struct pools *pools);

const char *test_house_path(void);
pid_t pools_master(const struct pools *pools);
/* SIGHUP; whether another master has taken over within two seconds. */
bool pools_reload(const struct pools *pools);
bool pools_log_has(const struct pools *pools, const char *text);
unsigned pools_log_count(const struct pools *pools, const char *text);

/* The status of an answer to GET; 0 when it was not whole. */
int pools_get(const char *socket, const char *target);
/* A number of the pool's status page. */
long pools_status(const struct pools *pools, const char *field);
/* How many processes run the house's program with this configuration, zombies not counted. */
int pools_processes(const struct pools *pools);

double seconds_now(void);
void rest(double seconds);
/* Buries whoever has ended. */
void reap_all(void);
bool is_long(void);

/* Waits until `condition` holds, `seconds` at most; whether it does. */
#define WAIT_FOR(condition, seconds)                                                                                   \
	({                                                                                                             \
		double until_ = seconds_now() + (seconds);                                                             \
		bool held_;                                                                                            \
		while (!(held_ = (condition)) && seconds_now() < until_) {                                             \
			reap_all();                                                                                    \
			rest(0.005);                                                                                   \
		}                                                                                                      \
		held_;                                                                                                 \
	})

#endif
