/*
 * size_bench.c -- how much memory: a worker after a hundred thousand requests, and the environment's whole platform
 *when nobody asks anything.  Proportional set size (shared pages count by their share), from smaps_rollup.
 *
 *	scripts/stoa bench size [REQUESTS]
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "tests/bench/scene.h"

#define WORKER_MOST   (3 * 1024.0)   /* kB */
#define PLATFORM_MOST (128 * 1024.0) /* kB */
#define GROWTH_MOST   2.0            /* percent, over the last half */

static double
pss_of(const char *pid)
{
	char path[300], line[256];
	double size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/smaps_rollup", pid);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL)
		if (strncmp(line, "Pss:", 4) == 0)
			size = strtod(line + 4, NULL);
	fclose(file);
	return size;
}

static bool
text_of(const char *pid, const char *name, char *text, size_t size)
{
	char path[300];
	size_t length;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, name);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	length = fread(text, 1, size - 1, file);
	text[length] = '\0';
	for (size_t i = 0; i < length; i++)
		if (text[i] == '\0')
			text[i] = ' ';
	fclose(file);
	return length > 0;
}

static long
parent_of(const char *pid)
{
	char text[1024];
	const char *behind;

	if (!text_of(pid, "stat", text, sizeof(text)) || (behind = strrchr(text, ')')) == NULL)
		return 0;
	return strtol(behind + 4, NULL, 10);
}

/* Whether the process or one of its ancestors is that one. */
static bool
descends_from(const char *pid, long ancestor)
{
	char number[24];
	long at = strtol(pid, NULL, 10);

	while (at > 1 && at != ancestor) {
		snprintf(number, sizeof(number), "%ld", at);
		at = parent_of(number);
	}
	return at == ancestor;
}

/* The sum over all processes under `ancestor`; those of that name only, when one is given; the largest and the count.
 */
static double
sum_under(long ancestor, const char *name, double *largest_r, unsigned *count_r)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	double sum = 0;

	*largest_r = 0;
	*count_r = 0;
	while ((entry = readdir(processes)) != NULL) {
		char comm[64];
		double size;

		if (strtol(entry->d_name, NULL, 10) <= 0 || !descends_from(entry->d_name, ancestor))
			continue;
		if (name != NULL && (!text_of(entry->d_name, "comm", comm, sizeof(comm)) ||
					strncmp(comm, name, strlen(name)) != 0 || strlen(comm) != strlen(name) + 1))
			continue;
		size = pss_of(entry->d_name);
		sum += size;
		*largest_r = size > *largest_r ? size : *largest_r;
		(*count_r)++;
	}
	closedir(processes);
	return sum;
}

static void
send_requests(struct scene *scene, double count)
{
	while (count > 0) {
		const struct measure measure = scene_measure(scene, scene->note, true, 32, 5);

		count -= measure.rate * 5;
	}
}

static bool
measure_worker(double requests)
{
	struct scene scene = scene_open();
	double half, full, growth;
	unsigned count;
	bool well;

	/* Four workers share them. */
	send_requests(&scene, requests * SCENE_WORKERS / 2);
	sum_under(scene.platform->stoad, "stoad:sample", &half, &count);
	send_requests(&scene, requests * SCENE_WORKERS / 2);
	sum_under(scene.platform->stoad, "stoad:sample", &full, &count);
	growth = half > 0 ? 100 * (full - half) / half : 0;
	well = full > 0 && full <= WORKER_MOST && growth <= GROWTH_MOST;
	printf("worker after %.0f requests: %.0f kB (at most %.0f kB), %+.1f %% over the last half (at most %.0f %%), "
	       "%u workers%s\n",
	    requests, full, WORKER_MOST, growth, GROWTH_MOST, count, well ? "" : "  MISSED");
	scene_close(&scene);
	return well;
}

/* The keeper of the environment that STOA_TEST_CONFIG names. */
static long
keeper(void)
{
	char folder[4096], line[8192];
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	long found = 0;

	if (realpath(getenv("STOA_TEST_CONFIG"), folder) == NULL)
		return 0;
	*strrchr(folder, '/') = '\0';
	while (found == 0 && (entry = readdir(processes)) != NULL)
		if (text_of(entry->d_name, "cmdline", line, sizeof(line)) && strstr(line, "--keep") != NULL &&
		    strstr(line, folder) != NULL)
			found = strtol(entry->d_name, NULL, 10);
	closedir(processes);
	return found;
}

static bool
measure_platform(void)
{
	const long ancestor = keeper();
	double largest, sum;
	unsigned count;
	bool well;

	if (ancestor == 0) {
		printf("the whole idle platform: no keeper runs for STOA_TEST_CONFIG, not measured  MISSED\n");
		return false;
	}
	sum = sum_under(ancestor, NULL, &largest, &count);
	well = sum > 0 && sum <= PLATFORM_MOST;
	printf("the whole idle platform: %.1f MB in %u processes (at most %.0f MB)%s\n", sum / 1024, count,
	    PLATFORM_MOST / 1024, well ? "" : "  MISSED");
	return well;
}

int
main(int argc, char **argv)
{
	const double requests = argc > 1 ? strtod(argv[1], NULL) : 100000;
	bool well;

	if (getenv("STOA_TEST_CONFIG") == NULL || requests < 1) {
		fprintf(stderr, "usage: scripts/stoa bench size [REQUESTS]\n");
		return 2;
	}
	well = measure_platform();
	well = measure_worker(requests) && well;
	return well ? 0 : 1;
}
