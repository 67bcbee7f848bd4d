/*
 * scoreboard.h -- one slot per worker in memory that the master and its workers share.  A slot is written by
 * its worker alone and cleared by the master when it reaps; sums are taken over slots, so a worker that is killed
 * leaves no wrong number behind, and there is no lock that it could leave taken.
 *
 * The memory is the file scoreboard.<pid of the master> in the run directory, where any process of the host may
 * read it.  The file is locked (flock) for as long as one process of that generation lives.
 */
#ifndef STOA_POOL_SCOREBOARD_H
#define STOA_POOL_SCOREBOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/request.h"

struct pool;

enum slot_state { SLOT_FREE, SLOT_STARTING, SLOT_IDLE, SLOT_BUSY, SLOT_ENDING };

#define SLOT_TARGET_SIZE 128
struct slot {
	_Alignas(64) _Atomic int32_t pid; /* 0: free */
	_Atomic uint32_t state;
	_Atomic int64_t since;    /* env_monotonic at which the state began */
	_Atomic int64_t deadline; /* env_monotonic; the master kills two seconds past it.  0: none */
	_Atomic int64_t started;  /* seconds since 1970 */
	_Atomic int64_t took;     /* the last request, microseconds */
	_Atomic uint64_t requests;
	_Atomic uint64_t length; /* of the body at hand */
	_Atomic uint32_t waits;  /* 1: for the outcome of what it has accepted */
	/* Of the work at hand; read without a lock, so a reader may see two requests mixed. */
	char method[8];
	char id[REQUEST_ID_SIZE];
	char target[SLOT_TARGET_SIZE];
};

#define BOARD_NAME_SIZE 48
struct pool_board {
	_Alignas(64) char name[BOARD_NAME_SIZE];
	char manager[16];
	uint32_t first, slot_count; /* among the slots */
	uint32_t family;            /* of the listener; 0: none */
	uint64_t inode;
	uint32_t backlog;
	_Atomic uint32_t live; /* by the master */
	/* Set by a worker that takes the last idle place, cleared by the master when it looks. */
	_Alignas(64) _Atomic uint32_t wanted;
	_Atomic uint32_t max_active, max_queue, max_children_reached;
	_Atomic uint64_t accepted, slow, memory_peak;
};

struct scoreboard {
	uint64_t layout;
	int64_t started; /* microseconds since 1970 */
	int32_t master;
	uint32_t pool_count, slot_count;
	struct pool_board pools[];
};

/* An open one, ours or another master's. */
struct scoreboard_file {
	struct scoreboard *board;
	size_t size;
	int descriptor;
	char path[256];
};

struct slot *scoreboard_slots(struct scoreboard *board);

/* Ours: made and locked; gives each pool its part. */
bool scoreboard_create(struct scoreboard_file *file, const char *run_dir, struct pool *pools, size_t count);
void scoreboard_remove(struct scoreboard_file *file);
/* Another's: false when it is gone, of another layout, or left by a generation that no longer lives (`stale_r`). */
bool scoreboard_open(struct scoreboard_file *file, const char *path, bool *stale_r);
void scoreboard_close(struct scoreboard_file *file);
/* Whether no process of that generation lives any more. */
bool scoreboard_is_stale(const struct scoreboard_file *file);

/* For workers.  Job and leader workers may leave their slot idle for life; then no deadline holds them. */
void slot_idle(struct slot *slot, int64_t now);
void slot_busy(struct slot *slot, int64_t now, int64_t deadline);
/* What it is busy with: "GET", "/v1/wallets"; or "JOB" and the job's kind. */
void slot_says(struct slot *slot, const char *method, const char *target, const char *id);
void slot_clear(struct slot *slot);

uint32_t board_count(const struct slot *slots, uint32_t count, enum slot_state state);
void board_raise(_Atomic uint32_t *maximum, uint32_t value);

#endif
