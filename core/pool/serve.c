/*
 * serve.c -- the life of a worker that serves requests: wait, take one, answer it, and again.
 *
 * Every idle worker of a pool waits for the same socket; EPOLLEXCLUSIVE wakes one of them per connection.  A worker
 * that is told to end at that very moment must still look once, or the connection it was woken for would wait for
 * the next one.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/base/worker.h"
#include "core/config/config.h"
#include "core/db/db.h"
#include "core/metric/metric.h"
#include "core/pool/fastcgi.h"
#include "core/pool/scoreboard.h"
#include "core/pool/slow.h"
#include "core/pool/status.h"
#include "core/trust/principal.h"
#include "core/web/audit_tally.h"
#include "core/web/dispatch.h"
#include "core/web/intake.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route.h"
#include "core/web/wait.h"

#define IDLE_TICK 1000        /* milliseconds: time to drop an idle connection */
#define MEASURE_EVERY 64      /* requests between two looks at the memory */
#define TALLY_TIMEOUT (2 * SECOND)

struct server {
	struct worker *worker;
	int epoll;
	struct arena *arena;
	struct db *db;
	uint64_t left; /* requests until it is replaced */
	bool grows;    /* the pool has fewer workers than it may have */
	FCGX_Request request;
};

/* A tenth more or less, so that a pool's workers do not all go at once. */
static uint64_t
requests_allowed(int64_t said)
{
	uint32_t tenth = (uint32_t)(said / 10);

	if (said == 0)
		return UINT64_MAX;
	return (uint64_t)said - tenth + (tenth > 0 ? env_random_below(&env_system, 2 * tenth + 1) : 0);
}

static bool
server_open(struct server *server, struct worker *worker)
{
	const struct area *areas[] = { worker->area, NULL };

	*server = (struct server){ .worker = worker, .arena = arena_new(), .epoll = epoll_create1(EPOLL_CLOEXEC),
		.left = requests_allowed(worker->settings->pm_max_requests),
		.grows = strcmp(worker->board->manager, "static") != 0 };
	dispatch_open(areas);
	server->db = db_new(worker->config, arena_format(arena_new(), "stoa_%s", worker->area->name));
	return fastcgi_open() &&
	    epoll_ctl(server->epoll, EPOLL_CTL_ADD, worker->signals,
		&(struct epoll_event){ .events = EPOLLIN, .data.fd = worker->signals }) == 0 &&
	    epoll_ctl(server->epoll, EPOLL_CTL_ADD, worker->listener,
		&(struct epoll_event){ .events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = worker->listener }) == 0;
}

/* Counts itself in, and wakes the master when it has taken the last idle place. */
static void
begin_work(struct server *server, int64_t now)
{
	struct worker *worker = server->worker;
	struct pool_board *board = worker->board;
	uint32_t idle;

	slot_busy(worker->slot, now, now + worker->settings->request_terminate_timeout * SECOND);
	atomic_fetch_add_explicit(&worker->slot->requests, 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&board->accepted, 1, memory_order_relaxed);
	board_raise(&board->max_active, board_count(worker->slots, board->slot_count, SLOT_BUSY));
	idle = board_count(worker->slots, board->slot_count, SLOT_IDLE);
	if (idle == 0 && server->grows && atomic_load(&board->live) < board->slot_count &&
	    atomic_exchange(&board->wanted, 1) == 0)
		eventfd_write(worker->growth, 1);
}

static void
end_work(struct server *server, int64_t began)
{
	struct worker *worker = server->worker;
	int64_t now = env_monotonic(&env_system);
	struct rusage usage;

	if (atomic_load(&worker->slot->requests) % MEASURE_EVERY == 1 && getrusage(RUSAGE_SELF, &usage) == 0) {
		uint64_t peak = (uint64_t)usage.ru_maxrss * 1024;

		if (peak > atomic_load(&worker->board->memory_peak))
			atomic_store(&worker->board->memory_peak, peak);
	}
	atomic_store_explicit(&worker->slot->took, now - began, memory_order_relaxed);
	slot_idle(worker->slot, now);
	if (server->left > 0 && server->left != UINT64_MAX)
		server->left--;
}

static const char *
parameter(const struct server *server, const char *name)
{
	const char *value = FCGX_GetParam(name, server->request.envp);

	return value != NULL ? value : "";
}

/* Whether the target is `path`, with or without a query; an empty path is nobody's. */
static bool
asks_for(const char *target, const char *path)
{
	size_t length = strcspn(target, "?");

	return path != NULL && path[0] != '\0' && strlen(path) == length && memcmp(target, path, length) == 0;
}

static void
answer_status(struct server *server, const char *target, struct reply *out)
{
	const struct worker *worker = server->worker;
	const struct pool_status *list;
	size_t count = pool_status_read(server->arena, worker->config, &list);
	struct buffer page;

	buffer_init(&page, server->arena);
	reply_text(out, "text/plain", "");
	for (size_t i = 0; i < count; i++) {
		const char *type;

		if (strcmp(list[i].pool, worker->pool->name) != 0)
			continue;
		type = pool_status_print(&list[i], target + strcspn(target, "?"), &page);
		reply_text(out, type, page.data);
	}
}

/* What the pool answers by itself, like FPM: it tells about the worker, not about the area. */
static bool
answer_by_itself(struct server *server, struct reply *out)
{
	const struct config_pool *settings = server->worker->settings;
	const char *target = parameter(server, "REQUEST_URI");

	if (asks_for(target, settings->ping_path))
		reply_text(out, "text/plain", settings->ping_response);
	else if (asks_for(target, settings->pm_status_path))
		answer_status(server, target, out);
	else
		return false;
	reply_header(out, "Cache-Control", "no-cache, no-store, must-revalidate, max-age=0");
	reply_header(out, "Expires", "Thu, 01 Jan 1970 00:00:00 GMT");
	return true;
}

static const struct problem *
body_problem(struct request *req, enum body body)
{
	switch (body) {
	case BODY_OK:
		return NULL;
	case BODY_BAD_LENGTH:
		return problem(req, PROBLEM_BAD_REQUEST, "Content-Length is not a number.");
	case BODY_TOO_LARGE:
		return problem(req, PROBLEM_TOO_LARGE, NULL);
	case BODY_SHORT:
		return problem(req, PROBLEM_BAD_REQUEST, "The body is shorter than its Content-Length.");
	}
	return NULL;
}

static void
answer(struct server *server, struct request *req, struct reply *out)
{
	const struct problem *refusal, *unread;

	unread = body_problem(req, fastcgi_body(&server->request, server->arena, &req->body));
	atomic_store_explicit(&server->worker->slot->length, req->body.length, memory_order_relaxed);
	refusal = intake(req, server->request.envp);
	if (unread != NULL)
		refusal = unread;
	if (refusal == NULL) {
		dispatch(req, out);
		return;
	}
	problem_write(req, refusal, out);
	metric_request(req, out->status, env_monotonic(req->env) - req->began);
}

/* For nginx alone, which writes it into the access log and takes it off: PostgreSQL's log knows requests by it. */
static void
name_backend(const struct request *req, struct reply *out, uint64_t flushes)
{
	if (db_flushes(req->db) != flushes && db_backend(req->db) != 0)
		reply_header(out, "X-Backend", arena_format(req->arena, "%d", db_backend(req->db)));
}

static void
look_back(struct server *server, const struct request *req, const struct reply *out)
{
	int64_t limit = server->worker->settings->request_slowlog_timeout * SECOND;
	int64_t duration = env_monotonic(req->env) - req->began;

	if (out->status == problem_status(PROBLEM_DEADLINE))
		metric_count(COUNT_requests_late, 1);
	if (limit == 0 || duration < limit)
		return;
	metric_count(COUNT_requests_slow, 1);
	atomic_fetch_add_explicit(&server->worker->board->slow, 1, memory_order_relaxed);
	slow_write(server->worker, req, out->status, duration);
}

static void
serve(struct server *server, int64_t began)
{
	const struct worker *worker = server->worker;
	struct request req = { .arena = server->arena, .env = &env_system, .config = worker->config, .db = server->db,
		.area = worker->area, .began = began, .started = env_now(&env_system),
		.deadline = began + worker->settings->request_terminate_timeout * SECOND };
	const char *method = parameter(server, "REQUEST_METHOD");
	const uint64_t flushes = db_flushes(server->db);
	bool by_itself;
	struct reply out;

	slot_says(worker->slot, method, parameter(server, "REQUEST_URI"), parameter(server, "STOA_REQUEST_ID"));
	reply_init(&out, &req);
	if (!(by_itself = answer_by_itself(server, &out)))
		answer(server, &req, &out);
	name_backend(&req, &out, flushes);
	fastcgi_reply(&server->request, &out, strcmp(method, "HEAD") == 0);
	if (!by_itself)
		look_back(server, &req, &out); /* the request still points into libfcgi's memory */
	fastcgi_end(&server->request);
	principal_note_use(&req);
	arena_reset(server->arena);
}

/* Between two requests, so that nobody who is refused waits for it. */
static void
write_tally(struct server *server, int64_t patience)
{
	const struct worker *worker = server->worker;
	struct request req = { .arena = server->arena, .env = &env_system, .config = worker->config, .db = server->db,
		.area = worker->area, .target = "", .path = "", .query = "", .method_name = "", .address = "" };

	if (!audit_tally_is_due(&env_system, patience))
		return;
	req.began = env_monotonic(&env_system);
	req.started = env_now(&env_system);
	req.deadline = req.began + TALLY_TIMEOUT;
	audit_tally_write(&req);
	arena_reset(server->arena);
}

/* Busy from the moment it has the connection: a peer that sends byte by byte runs into the same deadline. */
static void
serve_next(struct server *server)
{
	int64_t began = env_monotonic(&env_system);
	int fd = fastcgi_accept(server->worker->listener);

	if (fd < 0)
		return;
	begin_work(server, began);
	if (fastcgi_begin(&server->request, fd))
		serve(server, began);
	else
		metric_count(COUNT_requests_dropped, 1);
	end_work(server, began);
}

/* At most half of a pool waits for outcomes; two that come at the same moment may both be turned away. */
static bool
waits_enter(void *context)
{
	const struct worker *worker = context;
	uint32_t waiting = 0;

	atomic_store(&worker->slot->waits, 1);
	for (uint32_t i = 0; i < worker->board->slot_count; i++)
		waiting += atomic_load(&worker->slots[i].waits);
	if (waiting <= (worker->board->slot_count + 1) / 2)
		return true;
	atomic_store(&worker->slot->waits, 0);
	return false;
}

static void
waits_leave(void *context)
{
	atomic_store(&((const struct worker *)context)->slot->waits, 0);
}

void
worker_serve(struct worker *worker)
{
	struct server server;
	bool ended = false;

	if (!server_open(&server, worker)) {
		log_line(ERROR, NULL, "worker", "cannot serve");
		_exit(1);
	}
	wait_open((struct wait_room){ waits_enter, waits_leave, worker });
	slot_idle(worker->slot, env_monotonic(&env_system));
	eventfd_write(worker->growth, 1);
	while (!ended && server.left > 0) {
		struct epoll_event events[2];
		int count = epoll_wait(server.epoll, events, 2, IDLE_TICK);

		for (int i = 0; i < count; i++)
			if (events[i].data.fd == worker->signals)
				ended = worker_wait(worker, -1, 0).ended;
		if (count == 0)
			db_rest(server.db, env_monotonic(&env_system));
		serve_next(&server);
		write_tally(&server, worker->config->audit.count_every);
	}
	write_tally(&server, 0);
	atomic_store(&worker->slot->state, SLOT_ENDING);
	db_free(server.db);
}
