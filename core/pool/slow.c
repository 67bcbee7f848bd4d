/* slow.c -- the line is made in the request's arena: by now the answer is out. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/base/worker.h"
#include "core/config/config.h"
#include "core/json/write.h"
#include "core/pool/slow.h"
#include "core/web/route.h"

static unsigned
spans_kept(const struct request *req)
{
	return req->span_count < REQUEST_SPANS_MAX ? req->span_count : REQUEST_SPANS_MAX;
}

/* Never the query: it may hold what nobody may read. */
static const char *
route_of(const struct request *req)
{
	if (req->route != NULL)
		return req->route->path;
	return req->path != NULL ? req->path : "";
}

static void
write_spans(struct json_writer *json, const struct request *req)
{
	json_name(json, "spans");
	json_begin(json, '[');
	for (unsigned i = 0; i < spans_kept(req); i++) {
		json_begin(json, '{');
		json_name(json, "name");
		json_text(json, req->spans[i].name);
		json_name(json, "began_us");
		json_number(json, req->spans[i].began);
		json_name(json, "took_us");
		json_number(json, req->spans[i].took);
		json_end(json, '}');
	}
	json_end(json, ']');
}

static void
name_text(struct json_writer *json, const char *name, const char *text)
{
	json_name(json, name);
	json_text(json, text != NULL ? text : "");
}

static void
write_line(struct buffer *line, const struct worker *worker, const struct request *req, unsigned status, int64_t duration)
{
	struct json_writer json;

	json_writer_init(&json, line);
	json_begin(&json, '{');
	json_name(&json, "time");
	json_instant(&json, env_now(req->env));
	name_text(&json, "level", "warn");
	name_text(&json, "service", "stoad");
	name_text(&json, "environment", worker->config->global.environment);
	name_text(&json, "pool", worker->pool->name);
	name_text(&json, "logger", "slow");
	name_text(&json, "message", "a slow request");
	name_text(&json, "request_id", req->id);
	name_text(&json, "method", req->method_name);
	name_text(&json, "route", route_of(req));
	json_name(&json, "status");
	json_number(&json, status);
	json_name(&json, "duration_us");
	json_number(&json, duration);
	write_spans(&json, req);
	json_end(&json, '}');
	buffer_char(line, '\n');
}

/* In the log a span is a word: "sql session_page 1200us". */
static const char *
spans_text(const struct request *req)
{
	struct buffer text;

	buffer_init(&text, req->arena);
	for (unsigned i = 0; i < spans_kept(req); i++)
		buffer_format(&text, "%s%s %lldus", i > 0 ? ", " : "", req->spans[i].name, (long long)req->spans[i].took);
	return text.data;
}

/* Opened for each line, so a rotated file needs no signal; slow requests are rare by definition. */
void
slow_write(const struct worker *worker, const struct request *req, unsigned status, int64_t duration)
{
	const char *path = worker->settings->slowlog;
	struct buffer line;
	int file;

	if (path == NULL || path[0] == '\0') {
		log_line(WARN, req, "slow", "a slow request",
		    { "method", .text = req->method_name != NULL ? req->method_name : "" },
		    { "route", .text = route_of(req) }, { "status", .number = status },
		    { "duration_us", .number = duration }, { "spans", .text = spans_text(req) });
		return;
	}
	buffer_init(&line, req->arena);
	write_line(&line, worker, req, status, duration);
	file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (file < 0 || write(file, line.data, line.length) != (ssize_t)line.length)
		log_line(WARN, req, "slow", "the slow log cannot be written", { "path", .text = path });
	if (file >= 0)
		close(file);
}
