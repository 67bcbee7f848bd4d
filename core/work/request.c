/* request.c -- work that nobody asked for over HTTP still needs a request to carry memory, clock and database. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/worker.h"
#include "core/work/work.h"

#define HOLDER_RANDOM_BYTES 8

/* Host and process are for people; what makes it unique, over reboots too, is the random part. */
const char *
work_holder(struct arena *arena, const struct env *env)
{
	uint8_t random[HOLDER_RANDOM_BYTES];
	char host[65] = "";

	gethostname(host, sizeof(host) - 1);
	env_random(env, random, sizeof(random));
	return arena_format(arena, "%s %ld %s", host, (long)getpid(), hex_encode(arena, random, sizeof(random)));
}

void
work_request(struct request *req, const struct worker *worker, struct arena *arena, struct db *db,
    const struct env *env, int64_t timeout)
{
	*req = (struct request){
		.arena = arena,
		.env = env,
		.config = worker->config,
		.db = db,
		.area = worker->area,
		.target = "",
		.path = "",
		.query = "",
		.method_name = "",
		.address = "",
		.started = env_now(env),
		.began = env_monotonic(env),
	};
	req->deadline = req->began + timeout;
}
