/* wait.c -- from "accepted" to "decided", for those who asked to wait. */
#include "core/web/wait.h"

#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/web/media.h"
#include "core/web/problem.h"
#include "core/web/reply.h"
#include "core/web/route.h"

/* What is waited for is decided within 50 ms when all is well; a look costs a round trip. */
#define PAUSE_FIRST (5 * MILLISECOND)
#define PAUSE_MAX   (50 * MILLISECOND)
/* So much before the deadline the 202 leaves. */
#define LEAVE_BEFORE (500 * MILLISECOND)

static struct wait_room room;

void
wait_open(struct wait_room of)
{
	room = of;
}

bool
wait_accepted_id(const struct reply *out, struct uuid *id_r)
{
	const char *location = reply_find_header(out, "Location");
	const char *slash = location == NULL ? NULL : strrchr(location, '/');

	return slash != NULL && uuid_parse(slash + 1, id_r);
}

static void
pause_for(int64_t micros)
{
	const struct timespec time = { .tv_nsec = (long)micros * 1000 };

	nanosleep(&time, NULL);
}

/* Whether it is decided; `out` then says how.  Trouble on the way leaves the 202 as it is: that much is certain. */
static bool
ask_once(struct request *req, struct reply *out)
{
	struct reply outcome;

	reply_init(&outcome, req);
	if (req->route->outcome(req, &outcome) != NULL || outcome.status == 0)
		return false;
	out->status = outcome.status;
	out->content_type = outcome.content_type;
	out->body = outcome.body;
	return true;
}

static void
ask_until(struct request *req, struct reply *out, int64_t end)
{
	int64_t pause = PAUSE_FIRST;
	struct arena_mark mark;

	for (;;) {
		mark = arena_mark(req->arena);
		if (ask_once(req, out))
			return;
		arena_rewind(req->arena, mark);
		if (env_monotonic(req->env) + pause >= end)
			return;
		pause_for(pause);
		pause = pause * 2 < PAUSE_MAX ? pause * 2 : PAUSE_MAX;
	}
}

void
wait_for_outcome(struct request *req, struct reply *out)
{
	const char *prefer = request_header(req, "prefer");
	const int seconds = req->route->outcome == NULL || prefer == NULL ? -1 : prefer_wait(prefer);
	const int64_t patience = env_monotonic(req->env) + (int64_t)seconds * SECOND;
	const int64_t last = req->deadline - LEAVE_BEFORE;

	if (seconds < 0 || out->status != 202 || !wait_accepted_id(out, &req->awaited))
		return;
	if (room.enter == NULL || !room.enter(room.context))
		return;
	ask_until(req, out, patience < last ? patience : last);
	room.leave(room.context);
}
