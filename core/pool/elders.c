/*
 * elders.c -- the generations before ours that still finish requests.  Their workers count against pm.max_children, and
 * if their master was killed we are the one who kills those past their deadline.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/pool/pool.h"

#define HARD_KILL (2 * SECOND)

void
elders_find(struct master *master)
{
	const char *run_dir = master->config->global.run_dir;
	DIR *directory = opendir(run_dir);
	struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL && master->elder_count < ELDERS_MAX) {
		char path[512];
		bool stale;

		if (strncmp(entry->d_name, "scoreboard.", 11) != 0 || strstr(entry->d_name, ".new") != NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", run_dir, entry->d_name);
		if (scoreboard_open(&master->elders[master->elder_count], path, &stale))
			master->elder_count++;
		else if (stale)
			unlink(path);
	}
	if (directory != NULL)
		closedir(directory);
}

static const struct pool_board *
board_named(const struct scoreboard *board, const char *name)
{
	for (uint32_t i = 0; i < board->pool_count; i++)
		if (strcmp(board->pools[i].name, name) == 0)
			return &board->pools[i];
	return NULL;
}

/* One that is dead but not buried yet is not alive, although a signal would reach it. */
static bool
is_alive(pid_t pid)
{
	char path[32], text[512] = "", *end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (pid <= 0 || (file = fopen(path, "re")) == NULL)
		return false;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	fclose(file);
	end = strrchr(text, ')');
	return end != NULL && end[1] == ' ' && end[2] != 'Z';
}

/* Nobody clears the slots of a master that is dead. */
static int
count_alive(struct scoreboard *board, const struct pool_board *part)
{
	const struct slot *slots = scoreboard_slots(board) + part->first;
	int alive = 0;

	if (is_alive(board->master))
		return (int)atomic_load(&part->live);
	for (uint32_t i = 0; i < part->slot_count; i++)
		alive += is_alive(atomic_load(&slots[i].pid));
	return alive;
}

int
elders_live(struct master *master, const struct pool *pool)
{
	int alive = 0;

	for (size_t i = 0; i < master->elder_count; i++) {
		const struct pool_board *part = board_named(master->elders[i].board, pool->row->name);

		if (part != NULL)
			alive += count_alive(master->elders[i].board, part);
	}
	return alive;
}

static void
kill_orphans(struct scoreboard *board, int64_t now)
{
	struct slot *slots = scoreboard_slots(board);

	for (uint32_t i = 0; i < board->slot_count; i++) {
		int64_t deadline = atomic_load(&slots[i].deadline);
		pid_t pid = atomic_load(&slots[i].pid);

		if (deadline == 0 || deadline + HARD_KILL > now || !is_alive(pid))
			continue;
		log_line(WARN, NULL, "master", "an orphaned worker past its deadline is killed", { "pid", .number = pid },
		    { "route", .text = slots[i].target }, { "request_id", .text = slots[i].id });
		kill(pid, SIGKILL);
	}
}

void
elders_tick(struct master *master, int64_t now)
{
	for (size_t i = 0; i < master->elder_count; i++) {
		struct scoreboard_file *elder = &master->elders[i];

		if (!is_alive(elder->board->master))
			kill_orphans(elder->board, now);
		if (!scoreboard_is_stale(elder))
			continue;
		unlink(elder->path);
		scoreboard_close(elder);
		*elder = master->elders[--master->elder_count];
		i--;
	}
}

void
elders_kill(struct master *master)
{
	for (size_t i = 0; i < master->elder_count; i++) {
		struct scoreboard *board = master->elders[i].board;
		struct slot *slots = scoreboard_slots(board);

		for (uint32_t k = 0; k < board->slot_count; k++)
			if (is_alive(atomic_load(&slots[k].pid)))
				kill(atomic_load(&slots[k].pid), SIGKILL);
	}
}
