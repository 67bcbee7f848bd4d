/* scoreboard.c -- makes, opens and removes the files that scoreboard.h describes, and writes slots. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/pool/pool.h"
#include "core/pool/scoreboard.h"

/* Changes with the structs, so that a generation of another build is not misread. */
#define LAYOUT                                                                                                         \
	(UINT64_C(0x73746f6100000001) ^ (sizeof(struct slot) << 8) ^ (sizeof(struct pool_board) << 20) ^                 \
	    (sizeof(struct scoreboard) << 34))

static size_t
size_of(size_t pool_count, size_t slot_count)
{
	return sizeof(struct scoreboard) + pool_count * sizeof(struct pool_board) + slot_count * sizeof(struct slot);
}

struct slot *
scoreboard_slots(struct scoreboard *board)
{
	return (struct slot *)(void *)(board->pools + board->pool_count);
}

static void
fill(struct scoreboard *board, struct pool *pools, size_t count, uint32_t slot_count)
{
	uint32_t next = 0;

	*board = (struct scoreboard){ .layout = LAYOUT, .started = env_now(&env_system).micros, .master = getpid(),
		.pool_count = (uint32_t)count, .slot_count = slot_count };
	for (size_t i = 0; i < count; i++) {
		struct pool_board *part = &board->pools[i];

		snprintf(part->name, sizeof(part->name), "%s", pools[i].row->name);
		snprintf(part->manager, sizeof(part->manager), "%s", pools[i].manager_name);
		part->first = next;
		part->slot_count = (uint32_t)pools[i].max_children;
		next += part->slot_count;
		pools[i].board = part;
		pools[i].slots = scoreboard_slots(board) + part->first;
	}
}

/* Made and locked under another name, so that nobody ever finds it half made or not locked. */
static int
create_file(const struct scoreboard_file *file, const char *draft)
{
	int descriptor = open(draft, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);

	if (descriptor >= 0 && flock(descriptor, LOCK_EX | LOCK_NB) == 0 && ftruncate(descriptor, (off_t)file->size) == 0)
		return descriptor;
	if (descriptor >= 0)
		close(descriptor);
	return -1;
}

bool
scoreboard_create(struct scoreboard_file *file, const char *run_dir, struct pool *pools, size_t count)
{
	char draft[sizeof(file->path) + 8];
	uint32_t slot_count = 0;
	void *memory = MAP_FAILED;

	for (size_t i = 0; i < count; i++)
		slot_count += (uint32_t)pools[i].max_children;
	file->size = size_of(count, slot_count);
	snprintf(file->path, sizeof(file->path), "%s/scoreboard.%d", run_dir, (int)getpid());
	snprintf(draft, sizeof(draft), "%s.new", file->path);
	if ((file->descriptor = create_file(file, draft)) >= 0)
		memory = mmap(NULL, file->size, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor, 0);
	if (memory == MAP_FAILED) {
		log_line(ERROR, NULL, "master", "the scoreboard cannot be made", { "path", .text = draft },
		    { "reason", .text = strerror(errno) });
		return false;
	}
	file->board = memory;
	fill(file->board, pools, count, slot_count);
	return rename(draft, file->path) == 0;
}

void
scoreboard_remove(struct scoreboard_file *file)
{
	if (file->board != NULL)
		unlink(file->path);
	scoreboard_close(file);
}

static bool
is_ours(const struct scoreboard *board, size_t size)
{
	return board->layout == LAYOUT && size == size_of(board->pool_count, board->slot_count);
}

bool
scoreboard_open(struct scoreboard_file *file, const char *path, bool *stale_r)
{
	struct stat facts;
	void *memory = MAP_FAILED;

	*stale_r = false;
	*file = (struct scoreboard_file){ .descriptor = open(path, O_RDWR | O_CLOEXEC) };
	snprintf(file->path, sizeof(file->path), "%s", path);
	if (file->descriptor < 0)
		return false;
	*stale_r = scoreboard_is_stale(file);
	if (!*stale_r && fstat(file->descriptor, &facts) == 0 && facts.st_size >= (off_t)sizeof(struct scoreboard)) {
		file->size = (size_t)facts.st_size;
		memory = mmap(NULL, file->size, PROT_READ | PROT_WRITE, MAP_SHARED, file->descriptor, 0);
	}
	file->board = memory == MAP_FAILED ? NULL : memory;
	if (file->board != NULL && is_ours(file->board, file->size))
		return true;
	scoreboard_close(file);
	return false;
}

void
scoreboard_close(struct scoreboard_file *file)
{
	if (file->board != NULL)
		munmap(file->board, file->size);
	if (file->descriptor >= 0)
		close(file->descriptor);
	*file = (struct scoreboard_file){ .descriptor = -1 };
}

/* The lock belongs to the open file that the master and its workers share; the kernel drops it with the last of them. */
bool
scoreboard_is_stale(const struct scoreboard_file *file)
{
	if (flock(file->descriptor, LOCK_SH | LOCK_NB) != 0)
		return false;
	flock(file->descriptor, LOCK_UN);
	return true;
}

void
slot_idle(struct slot *slot, int64_t now)
{
	atomic_store_explicit(&slot->deadline, 0, memory_order_relaxed);
	atomic_store_explicit(&slot->since, now, memory_order_relaxed);
	atomic_store_explicit(&slot->state, SLOT_IDLE, memory_order_release);
}

void
slot_busy(struct slot *slot, int64_t now, int64_t deadline)
{
	slot->target[0] = slot->method[0] = slot->id[0] = '\0';
	atomic_store_explicit(&slot->since, now, memory_order_relaxed);
	atomic_store_explicit(&slot->deadline, deadline, memory_order_relaxed);
	atomic_store_explicit(&slot->state, SLOT_BUSY, memory_order_release);
}

void
slot_says(struct slot *slot, const char *method, const char *target, const char *id)
{
	snprintf(slot->method, sizeof(slot->method), "%s", method);
	snprintf(slot->target, sizeof(slot->target), "%.*s", (int)strcspn(target, "?"), target);
	snprintf(slot->id, sizeof(slot->id), "%s", id);
}

void
slot_clear(struct slot *slot)
{
	atomic_store(&slot->state, SLOT_FREE);
	atomic_store(&slot->deadline, 0);
	atomic_store(&slot->requests, 0);
	atomic_store(&slot->took, 0);
	atomic_store(&slot->length, 0);
	atomic_store(&slot->waits, 0);
	slot->target[0] = slot->method[0] = slot->id[0] = '\0';
	atomic_store(&slot->pid, 0);
}

uint32_t
board_count(const struct slot *slots, uint32_t count, enum slot_state state)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < count; i++)
		found += atomic_load_explicit(&slots[i].state, memory_order_relaxed) == (uint32_t)state;
	return found;
}

void
board_raise(_Atomic uint32_t *maximum, uint32_t value)
{
	uint32_t known = atomic_load_explicit(maximum, memory_order_relaxed);

	while (known < value && !atomic_compare_exchange_weak(maximum, &known, value))
		continue;
}
