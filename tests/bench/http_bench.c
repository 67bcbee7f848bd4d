/*
 * http_bench.c -- how much of a bare libfcgi worker's speed is left when every request has its route, limits, token,
 * session and shape.  Both stand behind the same nginx and are measured in turn, A B A B, so that whatever else the
 * machine does happens to both; what counts is the ratio of the medians.
 *
 *	scripts/stoa bench http [ROUNDS [SECONDS]]
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/arena.h"
#include "tests/bench/figures.h"
#include "tests/bench/scene.h"

#define CLIENTS    32
#define ROUNDS_MAX 99

struct contest {
	const char *name;
	const char *bare, *ours;
	bool tokens;
	bool without_redis;
	double least; /* percent */
};

/*
 * Tokens go round and a worker meets each with one chance in four: after fifteen rounds it knows 99 of 100.  A worker
 * that lives for minutes knows its callers; one in its first second verifies a signature for each.
 */
static void
meet_all_tokens(struct scene *scene)
{
	for (double left = 15.0 * SCENE_TOKENS; left > 0;)
		left -= 5 * scene_measure(scene, scene->note, true, CLIENTS, 5).rate;
}

static void
print_cpu(struct scene *scene, const char *side, const struct measure *sum)
{
	printf("    %s, microseconds of processor for a request: %s\n", side,
	    cpu_print(scene->w->arena, &sum->cpu, sum->count));
}

/* Whether the ratio is what it must be. */
static bool
run(struct scene *scene, const struct contest *contest, int rounds, int seconds)
{
	double bare[ROUNDS_MAX] = { 0 }, ours[ROUNDS_MAX] = { 0 };
	double bare_p99[ROUNDS_MAX] = { 0 }, ours_p99[ROUNDS_MAX] = { 0 };
	struct measure bare_sum = { 0 }, ours_sum = { 0 };
	double ratio;

	if (contest->without_redis)
		platform_end(&scene->platform->redis, SIGKILL);
	scene_measure(scene, contest->bare, false, CLIENTS, 1);
	scene_measure(scene, contest->ours, contest->tokens, CLIENTS, 1);
	for (int i = 0; i < rounds; i++) {
		struct measure measure = scene_measure(scene, contest->bare, contest->tokens, CLIENTS, seconds);

		bare[i] = measure_add(&bare_sum, measure);
		bare_p99[i] = measure.p99;
		measure = scene_measure(scene, contest->ours, contest->tokens, CLIENTS, seconds);
		ours[i] = measure_add(&ours_sum, measure);
		ours_p99[i] = measure.p99;
	}
	ratio = 100 * median(ours, rounds) / median(bare, rounds);
	printf("%-44s %9.0f %9.0f %7.1f %7.1f %6.1f %%  (at least %.0f %%)%s\n", contest->name, median(bare, rounds),
	    median(ours, rounds), median(bare_p99, rounds), median(ours_p99, rounds), ratio, contest->least,
	    ratio < contest->least ? "  MISSED" : "");
	print_cpu(scene, "bare", &bare_sum);
	print_cpu(scene, "stoa", &ours_sum);
	fflush(stdout);
	return ratio >= contest->least;
}

int
main(int argc, char **argv)
{
	const int rounds = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 5;
	const int seconds = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 3;
	struct scene scene;
	bool well = true;

	if (rounds < 1 || rounds > ROUNDS_MAX || seconds < 1) {
		fprintf(stderr, "usage: scripts/stoa bench http [ROUNDS [SECONDS]]\n");
		return 2;
	}
	scene = scene_open();
	const struct contest contests[] = {
		{ "database-backed GET, 10,000 tokens", "/bare/note", scene.note, true, false, 75 },
		{ "reply without database", "/bare/still", "/v1/sample/still", false, false, 60 },
		{ "database-backed GET, Redis stopped", "/bare/note", scene.note, true, true, 75 },
	};

	printf("%d clients, %d workers on each side, one nginx, TLS; %d rounds of %d s, in turn; medians.\n", CLIENTS,
	    SCENE_WORKERS, rounds, seconds);
	printf("wrk -t1 -c%d -d%ds --latency [-s tests/bench/tokens.lua] https://localhost:%d...\n\n", CLIENTS, seconds,
	    scene.platform->https_port);
	printf("%-44s %9s %9s %7s %7s %8s\n", "", "bare/s", "stoa/s", "p99 ms", "p99 ms", "ratio");
	meet_all_tokens(&scene);
	for (size_t i = 0; i < sizeof(contests) / sizeof(contests[0]); i++)
		well = run(&scene, &contests[i], rounds, seconds) && well;
	scene_close(&scene);
	return well ? 0 : 1;
}
