/* pool.h -- one pool as its master sees it, and the master's own state.  Nobody outside core/pool includes it. */
#ifndef STOA_POOL_POOL_H
#define STOA_POOL_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/pool/scoreboard.h"

struct area;
struct arena;
struct config;
struct config_pool;
struct house;
struct pool_row;

enum manager { MANAGER_UNSET, STATIC, DYNAMIC, ONDEMAND };

struct pool {
	const struct pool_row *row;
	const struct config_pool *settings;
	const struct area *area;
	enum manager manager;
	const char *manager_name;
	int max_children, start_servers, min_spare, max_spare;
	struct pool_board *board;
	struct slot *slots;
	int listener; /* -1: a pool without one */
	bool bound;   /* the socket's file is ours to remove */
	int live;     /* workers that are not reaped yet */

	/* Growth; all times are env_monotonic, 0: not planned. */
	int64_t look_at;
	bool watched; /* the listener is in the master's epoll, until the next connection */
	bool limited; /* wants more than it may have; counted once until a place is idle again */

	/* Deaths. */
	unsigned stillborn;  /* in a row, before their first request */
	int64_t not_before;  /* no worker is started earlier */
	int64_t births_from; /* the budget of replacements after deaths in requests: a second that began here ... */
	unsigned births;     /* ... and those already in it */
};

/* Another program that runs for us, and what it says. */
struct child {
	pid_t pid; /* 0: none */
	int pipe;
	int64_t until;
	char said[1024];
	size_t length;
};

/* An order to erase everything: no worker runs from when it is seen until it has been carried out. */
enum erasing { NOT_ERASING, ERASE_STOPS_WORKERS, ERASE_AT_WORK, ERASE_WAITS };

#define ELDERS_MAX 64
struct master {
	const struct config *config;
	const struct house *house;
	char *const *argv;
	struct arena *arena;
	char program[4096]; /* resolved at the start, so that a binary put in its place later is the new one */
	struct pool *pools; /* those that run here */
	size_t pool_count;
	struct scoreboard_file scoreboard;
	struct scoreboard_file elders[ELDERS_MAX]; /* generations that still finish */
	size_t elder_count;
	int epoll, signals, growth, lock;
	int ready;              /* pipe to the master before us until we are ready; -1: none */
	bool is_ready, ending, drained;
	int64_t ready_until;
	struct child successor; /* the next generation while it starts */
	bool again;             /* another SIGHUP came while a hand-over was under way, or an erase */
	pid_t heir;             /* who took over; SIGHUP is passed on */
	enum erasing erasing;
	struct child eraser;
	const char *erase_order; /* the order's file */
	int64_t tick_at, watchdog_at;
	int64_t watchdog;       /* microseconds between signs of life; 0: systemd wants none */
};

/* pool.c */
const char *pool_socket(struct arena *arena, const struct config *config, const struct config_pool *settings);
int pool_children(const struct pool_row *row, const struct config_pool *settings);
bool pools_open(struct master *master);

/* listen.c: sets each pool's listener.  What the environment named and nobody wants is closed. */
bool listeners_open(struct master *master);
/* The same sockets named for the next master, and allowed through exec. */
void listeners_hand_on(struct master *master);
void listeners_close(struct master *master, bool forget);

/* spawn.c */
bool pool_spawn(struct master *master, struct pool *pool);
void master_reap(struct master *master);
void pool_signal(struct pool *pool, int signal);
int64_t pool_may_spawn_at(const struct pool *pool, int64_t now);

/* growth.c */
void pool_look(struct master *master, struct pool *pool, int64_t now);
void pool_tick(struct master *master, struct pool *pool, int64_t now);
int64_t pool_kill_late(struct pool *pool, int64_t now);

/* generation.c */
bool generation_begin(struct master *master);
void generation_start(struct master *master);
void generation_hear(struct master *master);
void generation_child_ended(struct master *master, int status);
void generation_check(struct master *master, int64_t now);
void generation_ready(struct master *master);
void generation_failed(struct master *master, const char *why);
/* What the child says is kept, the last of it at least; as read(2). */
ssize_t child_hear(struct child *child);
void pid_file_write(const struct master *master);
void pid_file_remove(const struct master *master);

/* elders.c */
void elders_find(struct master *master);
int elders_live(struct master *master, const struct pool *pool);
void elders_tick(struct master *master, int64_t now);
void elders_kill(struct master *master);

/* erase.c */
/* No generation is started while there is an order. */
bool erase_comes_first(const struct master *master);
void erase_tick(struct master *master, int64_t now);
/* When it should be called next. */
int64_t erase_check(struct master *master, int64_t now);
void erase_child_ended(struct master *master, int status);

/* master.c */
bool master_has_workers(const struct master *master);

/* command.c */
bool connections_fit(const struct config *config, const struct house *house);

#endif
