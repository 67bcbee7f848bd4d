/* tries.c -- at most five, and not in step with whoever we collided with. */
#include "core/web/tries.h"

#include <time.h>

#include "core/base/env.h"
#include "core/base/request.h"
#include "core/metric/metric.h"
#include "core/trust/principal.h"
#include "core/web/problem.h"

/* After the first collision up to 4 ms, then 8, 16, 32: transactions here last a few milliseconds. */
#define SLEEP_FIRST 4000

void
tries_begin(struct tries *tries, struct request *req, struct reply *out)
{
	*tries = (struct tries){
		.req = req,
		.out = out,
		.reply = *out,
		.principal = req->principal,
		.prepared = req->prepared,
		.audit = req->audit,
		.mark = arena_mark(req->arena),
	};
}

bool
tries_want(const struct problem *p)
{
	return p != NULL && p->id == PROBLEM_AGAIN;
}

static void
sleep_a_little(const struct env *env, unsigned made)
{
	const uint32_t micros = env_random_below(env, (uint32_t)SLEEP_FIRST << (made - 1)) + 1;
	const struct timespec time = { .tv_nsec = (long)micros * 1000 };

	nanosleep(&time, NULL);
}

static const struct problem *
rights_again(struct request *req)
{
	const struct problem *p;

	if (req->principal == NULL)
		return NULL;
	if ((p = principal_load(req)) != NULL)
		return p;
	return principal_admit(req);
}

const struct problem *
tries_next(struct tries *tries)
{
	struct request *req = tries->req;

	if (tries->made++ == 0)
		return NULL;
	arena_rewind(req->arena, tries->mark);
	*tries->out = tries->reply;
	req->principal = tries->principal;
	req->prepared = tries->prepared;
	req->audit = tries->audit;
	if (tries->made > TRIES_MAX)
		return problem(req, PROBLEM_UNAVAILABLE, "Too many others are changing the same thing.");
	metric_count(COUNT_database_repeats, 1);
	sleep_a_little(req->env, tries->made - 1);
	if (req->deadline != 0 && env_monotonic(req->env) >= req->deadline)
		return problem(req, PROBLEM_DEADLINE, NULL);
	return rights_again(req);
}
