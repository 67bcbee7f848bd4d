/*
 * scene.h -- what every benchmark of requests needs: a platform of its own with four workers and no limits in the way,
 * a note, ten thousand sessions with their tokens in a file, and two bare workers behind the same nginx.
 */
#ifndef STOA_TESTS_BENCH_SCENE_H
#define STOA_TESTS_BENCH_SCENE_H

#include "tests/bench/cpu.h"

#define SCENE_WORKERS 4
#define SCENE_TOKENS  10000

struct scene {
	struct world *w;
	struct platform *platform;
	const char *tokens; /* a file, one a line */
	const char *note;   /* path of the note: "/v1/notes/0190..." */
	pid_t bare_note, bare_still;
};

/* Ends the program with a sentence when it cannot. */
struct scene scene_open(void);
/* With other pools than the kit's own (NULL: those), more sections of settings, and a PostgreSQL that waits for the disk. */
struct scene scene_open_with(const char *pools, const char *settings);
void scene_close(struct scene *scene);

/* Requests per second of wrk on a path; a second without an answer of 200 ends the program. */
struct measure {
	double rate;
	double p99; /* milliseconds */
	double count;
	struct cpu cpu; /* used meanwhile */
};
struct measure scene_measure(struct scene *scene, const char *path, bool tokens, int clients, int seconds);
/* Counts one more in a sum; its rate. */
double measure_add(struct measure *sum, struct measure more);

#endif
