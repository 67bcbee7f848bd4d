/*
 * status.c -- the scoreboards of this host as PHP-FPM's status page.  Several generations may be alive: the newest one's
 * counters count, the processes of all of them are listed.
 */
#include "core/pool/status.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/json/write.h"
#include "core/pool/queue_length.h"
#include "core/pool/scoreboard.h"

#define BOARDS_MAX 64

struct boards {
	struct scoreboard_file files[BOARDS_MAX];
	size_t count;
	const struct scoreboard *newest;
};

static void
boards_open(struct boards *boards, const char *run_dir)
{
	DIR *directory = opendir(run_dir);
	struct dirent *entry;

	*boards = (struct boards){ 0 };
	while (directory != NULL && (entry = readdir(directory)) != NULL && boards->count < BOARDS_MAX) {
		char path[512];
		bool stale;

		if (strncmp(entry->d_name, "scoreboard.", 11) != 0 || strstr(entry->d_name, ".new") != NULL)
			continue;
		snprintf(path, sizeof(path), "%s/%s", run_dir, entry->d_name);
		if (!scoreboard_open(&boards->files[boards->count], path, &stale))
			continue;
		if (boards->newest == NULL || boards->files[boards->count].board->started > boards->newest->started)
			boards->newest = boards->files[boards->count].board;
		boards->count++;
	}
	if (directory != NULL)
		closedir(directory);
}

static void
boards_close(struct boards *boards)
{
	for (size_t i = 0; i < boards->count; i++)
		scoreboard_close(&boards->files[i]);
}

static const char *
state_name(uint32_t state)
{
	static const char *const names[] = { "Free", "Starting", "Idle", "Running", "Ending" };

	return state < sizeof(names) / sizeof(names[0]) ? names[state] : "Free";
}

static struct process_status
read_slot(struct arena *arena, const struct slot *slot, int64_t now, int64_t monotonic)
{
	uint32_t state = atomic_load(&slot->state);

	return (struct process_status){
		.pid = atomic_load(&slot->pid),
		.state = state_name(state),
		.start_time = atomic_load(&slot->started),
		.start_since = now - atomic_load(&slot->started),
		.requests = atomic_load(&slot->requests),
		.request_duration = state == SLOT_BUSY ? monotonic - atomic_load(&slot->since) : atomic_load(&slot->took),
		.request_method = arena_format(arena, "%.*s", (int)sizeof(slot->method) - 1, slot->method),
		.request_uri = arena_format(arena, "%.*s", (int)sizeof(slot->target) - 1, slot->target),
		.request_id = arena_format(arena, "%.*s", (int)sizeof(slot->id) - 1, slot->id),
		.content_length = atomic_load(&slot->length),
	};
}

static void
count_process(struct pool_status *status, uint32_t state)
{
	status->idle_processes += state == SLOT_IDLE || state == SLOT_STARTING;
	status->active_processes += state == SLOT_BUSY || state == SLOT_ENDING;
	status->total_processes++;
}

static void
add_processes(struct arena *arena, struct pool_status *status, struct process_status *processes,
    struct scoreboard *board, int64_t now)
{
	int64_t monotonic = env_monotonic(&env_system);

	for (uint32_t i = 0; i < board->pool_count; i++) {
		const struct pool_board *part = &board->pools[i];
		const struct slot *slots = scoreboard_slots(board) + part->first;

		if (strncmp(part->name, status->pool, sizeof(part->name)) != 0)
			continue;
		for (uint32_t k = 0; k < part->slot_count; k++) {
			if (atomic_load(&slots[k].pid) == 0)
				continue;
			count_process(status, atomic_load(&slots[k].state));
			processes[status->process_count++] = read_slot(arena, &slots[k], now, monotonic);
		}
	}
}

static size_t
slots_of(const struct boards *boards)
{
	size_t count = 0;

	for (size_t i = 0; i < boards->count; i++)
		count += boards->files[i].board->slot_count;
	return count;
}

static struct pool_status
read_pool(struct arena *arena, const struct boards *boards, const struct pool_board *part)
{
	int64_t now = env_now(&env_system).micros / SECOND, started = boards->newest->started / SECOND;
	struct process_status *processes = ARENA_ARRAY(arena, slots_of(boards), struct process_status);
	struct queue_length queue = { 0 };
	struct pool_status status = { .pool = arena_text(arena, part->name),
		.process_manager = arena_text(arena, part->manager), .start_time = started, .start_since = now - started,
		.accepted_conn = atomic_load(&part->accepted), .max_active_processes = atomic_load(&part->max_active),
		.max_children_reached = atomic_load(&part->max_children_reached),
		.slow_requests = atomic_load(&part->slow), .memory_peak = atomic_load(&part->memory_peak),
		.max_children = part->slot_count, .processes = processes };

	if (part->family != 0)
		queue_length(part->family, part->inode, &queue);
	status.listen_queue = queue.waiting;
	status.listen_queue_len = queue.most;
	status.max_listen_queue = atomic_load(&part->max_queue);
	if (status.max_listen_queue < queue.waiting)
		status.max_listen_queue = queue.waiting;
	for (size_t i = 0; i < boards->count; i++)
		add_processes(arena, &status, processes, boards->files[i].board, now);
	return status;
}

size_t
pool_status_read(struct arena *arena, const struct config *config, const struct pool_status **list_r)
{
	struct pool_status *list = NULL;
	struct boards boards;
	size_t count;

	boards_open(&boards, config->global.run_dir);
	count = boards.newest != NULL ? boards.newest->pool_count : 0;
	if (count > 0)
		list = ARENA_ARRAY(arena, count, struct pool_status);
	for (size_t i = 0; i < count; i++)
		list[i] = read_pool(arena, &boards, &boards.newest->pools[i]);
	boards_close(&boards);
	*list_r = list;
	return count;
}

/* FPM's fields, in its order; `metric` and `type` are those of its OpenMetrics page. */
enum status_field_kind { STATUS_TEXT, STATUS_TIME, STATUS_COUNT };
struct status_field {
	const char *name;
	enum status_field_kind kind;
	const char *metric, *type, *help;
};

static const struct status_field fields[] = {
	{ "pool", STATUS_TEXT },
	{ "process manager", STATUS_TEXT },
	{ "start time", STATUS_TIME },
	{ "start since", STATUS_COUNT, "phpfpm_start_since", "counter", "The number of seconds since FPM has started." },
	{ "accepted conn", STATUS_COUNT, "phpfpm_accepted_connections", "counter",
	    "The number of requests accepted by the pool." },
	{ "listen queue", STATUS_COUNT, "phpfpm_listen_queue", "gauge",
	    "The number of requests in the queue of pending connections." },
	{ "max listen queue", STATUS_COUNT, "phpfpm_max_listen_queue", "counter",
	    "The maximum number of requests in the queue of pending connections since FPM has started." },
	{ "listen queue len", STATUS_COUNT, "phpfpm_listen_queue_length", "gauge",
	    "The size of the socket queue of pending connections." },
	{ "idle processes", STATUS_COUNT, "phpfpm_idle_processes", "gauge", "The number of idle processes." },
	{ "active processes", STATUS_COUNT, "phpfpm_active_processes", "gauge", "The number of active processes." },
	{ "total processes", STATUS_COUNT, "phpfpm_total_processes", "gauge",
	    "The number of idle + active processes." },
	{ "max active processes", STATUS_COUNT, "phpfpm_max_active_processes", "counter",
	    "The maximum number of active processes since FPM has started." },
	{ "max children reached", STATUS_COUNT, "phpfpm_max_children_reached", "counter",
	    "The number of times, the process limit has been reached, when pm tries to start more children (works only "
	    "for pm 'dynamic' and 'ondemand')." },
	{ "slow requests", STATUS_COUNT, "phpfpm_slow_requests", "counter",
	    "The number of requests that exceeded your 'request_slowlog_timeout' value." },
	{ "memory peak", STATUS_COUNT, "phpfpm_memory_peak", "gauge",
	    "The memory usage peak since FPM has started." },
};
#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

static const char *
field_text(const struct pool_status *status, size_t field)
{
	return field == 0 ? status->pool : status->process_manager;
}

static uint64_t
field_number(const struct pool_status *status, size_t field)
{
	const uint64_t numbers[FIELD_COUNT] = { 0, 0, (uint64_t)status->start_time, (uint64_t)status->start_since,
		status->accepted_conn, status->listen_queue, status->max_listen_queue, status->listen_queue_len,
		status->idle_processes, status->active_processes, status->total_processes, status->max_active_processes,
		status->max_children_reached, status->slow_requests, status->memory_peak };

	return numbers[field];
}

static const char *
time_text(int64_t seconds, char text[static 40])
{
	time_t when = (time_t)seconds;
	struct tm parts;

	gmtime_r(&when, &parts);
	strftime(text, 40, "%d/%b/%Y:%H:%M:%S +0000", &parts);
	return text;
}

static void
print_text(const struct pool_status *status, struct buffer *out)
{
	char when[40], name[40];

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		snprintf(name, sizeof(name), "%s:", fields[i].name);
		if (fields[i].kind == STATUS_TEXT)
			buffer_format(out, "%-21s %s\n", name, field_text(status, i));
		else if (fields[i].kind == STATUS_TIME)
			buffer_format(out, "%-21s %s\n", name, time_text((int64_t)field_number(status, i), when));
		else
			buffer_format(out, "%-21s %" PRIu64 "\n", name, field_number(status, i));
	}
}

static void
print_process_text(const struct process_status *process, struct buffer *out)
{
	char when[40];

	buffer_text(out, "\n************************\n");
	buffer_format(out, "pid:                  %d\n", (int)process->pid);
	buffer_format(out, "state:                %s\n", process->state);
	buffer_format(out, "start time:           %s\n", time_text(process->start_time, when));
	buffer_format(out, "start since:          %" PRId64 "\n", process->start_since);
	buffer_format(out, "requests:             %" PRIu64 "\n", process->requests);
	buffer_format(out, "request duration:     %" PRId64 "\n", process->request_duration);
	buffer_format(out, "request method:       %s\n", process->request_method[0] != '\0' ? process->request_method : "-");
	buffer_format(out, "request URI:          %s\n", process->request_uri[0] != '\0' ? process->request_uri : "-");
	buffer_format(out, "content length:       %" PRIu64 "\n", process->content_length);
}

static void
name_number(struct json_writer *json, const char *name, int64_t number)
{
	json_name(json, name);
	json_number(json, number);
}

static void
name_text(struct json_writer *json, const char *name, const char *text)
{
	json_name(json, name);
	json_text(json, text);
}

static void
print_process_json(const struct process_status *process, struct json_writer *json)
{
	json_begin(json, '{');
	name_number(json, "pid", process->pid);
	name_text(json, "state", process->state);
	name_number(json, "start time", process->start_time);
	name_number(json, "start since", process->start_since);
	name_number(json, "requests", (int64_t)process->requests);
	name_number(json, "request duration", process->request_duration);
	name_text(json, "request method", process->request_method[0] != '\0' ? process->request_method : "-");
	name_text(json, "request uri", process->request_uri[0] != '\0' ? process->request_uri : "-");
	name_number(json, "content length", (int64_t)process->content_length);
	json_end(json, '}');
}

static void
print_json(const struct pool_status *status, bool full, struct buffer *out)
{
	struct json_writer json;

	json_writer_init(&json, out);
	json_begin(&json, '{');
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (fields[i].kind == STATUS_TEXT)
			name_text(&json, fields[i].name, field_text(status, i));
		else
			name_number(&json, fields[i].name, (int64_t)field_number(status, i));
	}
	if (full) {
		json_name(&json, "processes");
		json_begin(&json, '[');
		for (size_t i = 0; i < status->process_count; i++)
			print_process_json(&status->processes[i], &json);
		json_end(&json, ']');
	}
	json_end(&json, '}');
}

static void
print_openmetrics(const struct pool_status *status, struct buffer *out)
{
	buffer_format(out,
	    "# HELP phpfpm_up Could pool %s using a %s PM on PHP-FPM be reached?\n# TYPE phpfpm_up gauge\nphpfpm_up 1\n",
	    status->pool, status->process_manager);
	for (size_t i = 0; i < FIELD_COUNT; i++) {
		if (fields[i].metric == NULL)
			continue;
		buffer_format(out, "# HELP %s %s\n# TYPE %s %s\n%s %" PRIu64 "\n", fields[i].metric, fields[i].help,
		    fields[i].metric, fields[i].type, fields[i].metric, field_number(status, i));
	}
	buffer_text(out, "# EOF\n");
}

/* "json&full" and "?full&json" alike. */
static bool
asks(const char *query, const char *word)
{
	size_t length = strlen(word);

	for (query += *query == '?'; *query != '\0'; query += *query == '&') {
		size_t part = strcspn(query, "&");

		if (strcspn(query, "=&") == length && memcmp(query, word, length) == 0)
			return true;
		query += part;
	}
	return false;
}

const char *
pool_status_print(const struct pool_status *status, const char *query, struct buffer *out)
{
	bool full = asks(query, "full");

	if (asks(query, "json")) {
		print_json(status, full, out);
		return "application/json";
	}
	if (asks(query, "openmetrics")) {
		print_openmetrics(status, out);
		return "application/openmetrics-text; version=1.0.0; charset=utf-8";
	}
	print_text(status, out);
	for (size_t i = 0; i < status->process_count && full; i++)
		print_process_text(&status->processes[i], out);
	return "text/plain";
}
