/* keeper.h -- the programs that `stoad --keep` keeps alive.  Nobody outside core/pool includes it. */
#ifndef STOA_POOL_KEEPER_H
#define STOA_POOL_KEEPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;

#define KEPT_MAX 32

struct kept {
	const char *name;
	const char *line; /* as the file has it: another line is another program */
	char **argv;
	const char *user, *pidfile, *log; /* NULL: not said */
	int64_t grace;                    /* microseconds between the asking and the killing */
	int stop_signal;
	bool holds_port; /* what its dead master leaves behind must be gone before the next one starts */

	pid_t pid;   /* 0: not running */
	pid_t group; /* the process group of the one we started; 0: none yet */
	int watch;   /* pidfd of `pid`; -1: none */
	int status;  /* of the last one that ended, as waitpid tells */
	int64_t started_at, again_at;
	unsigned failures;
};

/* Says on standard error what is wrong with which line, and returns false. */
bool keeper_file_read(struct arena *arena, const char *path, struct kept *list, size_t *count_r);

#endif
