/*
 * status.h -- what the pools of this host are doing, read by any process from the scoreboards that the
 * masters keep in the run directory.  Names and formats are PHP-FPM's, so that exporters and dashboards
 * made for it work; the listen queue is the kernel's, at the moment of asking.
 */
#ifndef STOA_POOL_STATUS_H
#define STOA_POOL_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buffer;
struct config;

struct process_status {
	int32_t pid;
	const char *state; /* "Starting", "Idle", "Running", "Ending" */
	int64_t start_time;
	int64_t start_since;
	uint64_t requests;
	int64_t request_duration; /* microseconds: of the one at hand, or the last */
	const char *request_method;
	const char *request_uri; /* without the query, which may hold secrets */
	const char *request_id;
	uint64_t content_length;
};

/* Counters since the newest master started; processes of older masters that still finish are among the active. */
struct pool_status {
	const char *pool;
	const char *process_manager;
	int64_t start_time; /* seconds since 1970 */
	int64_t start_since;
	uint64_t accepted_conn;
	uint32_t listen_queue;
	uint32_t max_listen_queue;
	uint32_t listen_queue_len;
	uint32_t idle_processes;
	uint32_t active_processes;
	uint32_t total_processes;
	uint32_t max_active_processes;
	uint32_t max_children_reached;
	uint64_t slow_requests;
	uint64_t memory_peak; /* bytes: the largest resident size of one worker */
	uint32_t max_children;
	const struct process_status *processes;
	size_t process_count;
};

/* Every pool that runs here, in the house's order; how many.  0: no master runs. */
size_t pool_status_read(struct arena *arena, const struct config *config, const struct pool_status **list_r);

/* `query` as FPM's status page takes it: "", "json", "openmetrics", each also with "full". */
const char *pool_status_print(const struct pool_status *status, const char *query, struct buffer *out);

#endif
