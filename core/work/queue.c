/* queue.c -- putting jobs in the queue, and the two facts about a job that others ask for. */
#include "core/work/queue.h"

#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/web/shape.h"
#include "core/work/queries.h"
#include "core/work/work.h"

#define RETRY_LONGEST (24 * 3600 * SECOND)

const char *
work_json(struct request *req, const struct shape *shape, const void *object)
{
	struct buffer json;

	if (shape == NULL)
		return NULL;
	buffer_init(&json, req->arena);
	shape_encode(shape, object, &json);
	return json.data;
}

const char *
work_trace(const struct request *req)
{
	return req->trace[0] != '\0' ? req->trace : NULL;
}

void
queue_enqueue(struct request *req, const struct enqueue *job)
{
	const char *payload = work_json(req, job->shape, job->payload);

	sql_job_enqueue(req, uuid_new(req->env), job->kind, payload != NULL ? payload : "{}", job->unique_key,
	    job->order_key, job->run_at.micros != 0 ? &job->run_at : NULL, work_trace(req));
}

void
queue_complete_later(struct request *req)
{
	sql_job_complete(req, req->job->id, req->job->lease);
}

/*
 * 1, 16, 81, 256 s, ...: twelve attempts take eight hours, more or less.  The chance keeps jobs that failed together
 * from coming back together.
 */
int64_t
queue_retry_delay(const struct env *env, int32_t attempt)
{
	int64_t whole = RETRY_LONGEST;
	int64_t half;

	if (attempt < 1)
		attempt = 1;
	if (attempt < 18) /* 17^4 s is less than a day */
		whole = SECOND * attempt * attempt * attempt * attempt;
	half = whole / 2;
	/* In milliseconds: half a day of microseconds does not fit the bound. */
	return half + MILLISECOND * env_random_below(env, (uint32_t)(half / MILLISECOND) + 1);
}
