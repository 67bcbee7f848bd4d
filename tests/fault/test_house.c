/*
 * test_house.c -- a small house with the real master and workers, whose routes misbehave on demand.  The fault tests of
 * the pools run it as a program of its own: `test_house --config FILE`, with stoad's commands --keep, --pools and
 * --metrics.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/metric/metric.h"
#include "core/pool/master.h"
#include "core/pool/status.h"
#include "core/web/route.h"

struct asked {
	const int64_t *n;
};
static const struct field asked[] = {
	INT(struct asked, n, .max = 100000000, .doc = "How much, or how long in milliseconds."),
	SHAPE_END
};

static int64_t
number_asked(const struct request *req, int64_t otherwise)
{
	const struct asked *query = req->asked;

	return query->n != NULL ? *query->n : otherwise;
}

struct said {
	const char *text;
};
static const struct field said[] = {
	TEXT(struct said, text, .required = true, .max = 1000000, .doc = "Comes back.", .example = "\"hello\""),
	SHAPE_END
};

static const struct problem *
echo(struct request *req, struct reply *out)
{
	const struct said *given = req->given;

	return reply_text(out, "text/plain", given->text);
}

static const struct problem *
big(struct request *req, struct reply *out)
{
	size_t length = (size_t)number_asked(req, 3000000);
	char *text = arena_alloc(req->arena, length + 1);

	for (size_t i = 0; i < length; i++)
		text[i] = (char)('a' + i % 23);
	return reply_text(out, "text/plain", text);
}

static const struct problem *
pid(struct request *req, struct reply *out)
{
	return reply_text(out, "text/plain", arena_format(req->arena, "%d", (int)getpid()));
}

static void
rest(int64_t milliseconds)
{
	nanosleep(&(struct timespec){ .tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000 }, NULL);
}

/* Looks at its deadline as the database does. */
static const struct problem *
slow(struct request *req, struct reply *out)
{
	int64_t began = env_monotonic(req->env), until = began + number_asked(req, 5000) * MILLISECOND;

	while (env_monotonic(req->env) < until) {
		if (env_monotonic(req->env) > req->deadline)
			return problem(req, PROBLEM_DEADLINE, NULL);
		rest(5);
	}
	request_span(req, "sql slow_statement", began);
	return reply_text(out, "text/plain", "slow");
}

/* The status of the pool `web`, from whichever pool is asked. */
static const struct problem *
of_web(struct request *req, struct reply *out)
{
	const struct pool_status *list;
	size_t count = pool_status_read(req->arena, req->config, &list);
	struct buffer page;

	buffer_init(&page, req->arena);
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].pool, "web") == 0)
			pool_status_print(&list[i], "", &page);
	return reply_text(out, "text/plain", page.data);
}

/* Looks at nothing. */
static const struct problem *
hang(struct request *req, struct reply *out)
{
	(void)req;
	for (;;)
		rest(1000);
	return reply_text(out, "text/plain", "never");
}

static const struct problem *
crash(struct request *req, struct reply *out)
{
	(void)req;
	kill(getpid(), SIGKILL);
	return reply_text(out, "text/plain", "never");
}

#define DOOR(method_, path_, handler_)                                                                                 \
	{ method_, path_, .who = ANYONE, .limit = LIMIT_NONE, .idempotency = NEVER, .query = SHAPE(asked),           \
	  .handler = handler_, .says = "Misbehave" }

static const struct route routes[] = {
	{ POST, "/echo", .who = ANYONE, .limit = LIMIT_NONE, .idempotency = NEVER, .body = SHAPE(said), .read_only = true,
	  .body_max = 4 * 1024 * 1024, .handler = echo, .says = "Say it again" },
	DOOR(GET, "/big", big),
	DOOR(GET, "/pid", pid),
	DOOR(GET, "/slow", slow),
	DOOR(GET, "/hang", hang),
	DOOR(GET, "/crash", crash),
	DOOR(GET, "/of-web", of_web),
	{ 0 },
};

static const struct area test_area = { .name = "test", .says = "Routes that misbehave", .routes = routes };

static const struct area_row area_rows[] = {
	{ .name = "test", .prefixes = "/", .schemas = "", .says = "Routes that misbehave", .area = &test_area },
};
static const struct pool_row pool_rows[] = {
	{ "web", "test", LISTENER, "", "dynamic", 4, "The pool under test" },
	{ "other", "test", LISTENER, "", "dynamic", 2, "The pool that must not notice" },
};
static const struct house test_house = { area_rows, 1, pool_rows, 2 };

static int
print_metrics(const struct command_line *line)
{
	struct buffer out;

	buffer_init(&out, line->arena);
	if (!metric_open(line->config, line->house))
		return 1;
	metric_print(line->config, line->house, &out);
	fputs(out.data, stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	struct command_line line = { .arena = arena_new(), .house = &test_house, .argv = argv };

	if (argc >= 3 && strcmp(argv[1], "--keep") == 0) {
		line.arguments = argv + 2;
		return keep_command(&line);
	}
	if (argc < 3 || strcmp(argv[1], "--config") != 0)
		return 2;
	line.config = config_read(line.arena, &test_house, argv[2], environ, stderr);
	if (line.config == NULL)
		return 2;
	line.arguments = argv + 3;
	if (argc > 3 && strcmp(argv[3], "--pools") == 0)
		return pools_command(&line);
	if (argc > 3 && strcmp(argv[3], "--metrics") == 0)
		return print_metrics(&line);
	return master_run(line.config, line.house, argv);
}
