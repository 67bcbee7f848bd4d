/* cpu.c -- see cpu.h. */
#include "tests/bench/cpu.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/bench/figures.h"

static const char *const names[CPU_PARTS] = { "nginx", "workers", "helper", "PostgreSQL", "Redis" };

static pid_t
parent_of(pid_t pid)
{
	char path[64], text[512] = "", *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	return end != NULL ? (pid_t)strtol(end + 4, NULL, 10) : 0;
}

/* The helper is the child of the master that holds a connection to Redis; it says so in its name. */
static bool
is_helper(pid_t pid)
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	return strstr(text, "limits") != NULL;
}

static pid_t
postmaster(struct world *w)
{
	kit_sql(w, "SELECT 1", HERE);
	return parent_of((pid_t)PQbackendPID(w->admin));
}

static enum cpu_part
part_of(const struct platform *platform, pid_t pid, pid_t parent, pid_t postgres, const pid_t *others)
{
	if (pid == platform->redis)
		return CPU_REDIS;
	if (parent == platform->nginx)
		return CPU_NGINX;
	if (parent == postgres)
		return CPU_POSTGRES;
	if (parent == platform->stoad)
		return is_helper(pid) ? CPU_HELPER : CPU_WORKERS;
	for (; *others != 0; others++)
		if (parent == *others)
			return CPU_WORKERS;
	return CPU_PARTS;
}

struct cpu
cpu_now(struct world *w, const pid_t *others)
{
	const pid_t postgres = postmaster(w);
	struct cpu cpu = { 0 };
	DIR *all = opendir("/proc");

	for (struct dirent *entry; all != NULL && (entry = readdir(all)) != NULL;) {
		const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		const enum cpu_part part =
		    pid > 0 ? part_of(w->platform, pid, parent_of(pid), postgres, others) : CPU_PARTS;
		const double seconds = part != CPU_PARTS ? processor_seconds(pid) : -1;

		if (seconds > 0)
			cpu.seconds[part] += seconds;
	}
	if (all != NULL)
		closedir(all);
	return cpu;
}

struct cpu
cpu_since(const struct cpu *before, struct cpu now)
{
	for (int i = 0; i < CPU_PARTS; i++)
		now.seconds[i] -= before->seconds[i];
	return now;
}

void
cpu_add(struct cpu *sum, const struct cpu *more)
{
	for (int i = 0; i < CPU_PARTS; i++)
		sum->seconds[i] += more->seconds[i];
}

const char *
cpu_print(struct arena *arena, const struct cpu *cpu, double count)
{
	const char *text = "";

	for (int i = 0; i < CPU_PARTS; i++)
		text = arena_format(
		    arena, "%s%s%s %.0f", text, i > 0 ? ", " : "", names[i], 1e6 * cpu->seconds[i] / count);
	return text;
}
