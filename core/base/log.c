/*
 * log.c -- a line is put together in memory of its own (never the request's arena: a line about running out of it must
 * still come) and leaves with one write(2) to a file opened for appending.
 *
 * Whatever comes in, a line is valid JSON: control characters are escaped, a byte that is not UTF-8 is shown as \xNN,
 * a text that would fill the line is cut and ends in "...".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/base/hex.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/work/queue.h"

#define LINE_MAX_SIZE     (64 * 1024)
#define TEXT_MAX_SIZE     (8 * 1024)
#define LONGEST_CHARACTER 6 /* \u001f */
/* Kept free for what closes a text and the line, and for a number with its name's quotes. */
#define TAIL 128

struct line {
	char *at;
	char *end;
	char data[LINE_MAX_SIZE];
};

static int destination = STDERR_FILENO;
static char destination_path[4096];
static enum log_level least = INFO;
/* `"service":"...","environment":"...","pool":"..."`, written once per process. */
static char speaker[1024];
static size_t speaker_length;

static const char *const level_names[] = {
	[LOG_LEVEL_UNSET] = "error",
	[DEBUG] = "debug",
	[INFO] = "info",
	[WARN] = "warn",
	[ERROR] = "error",
};

static inline void
put(struct line *line, const char *text, size_t length)
{
	if ((size_t)(line->end - line->at) < length)
		return;
	memcpy(line->at, text, length);
	line->at += length;
}

#define PUT(line, literal) put((line), (literal), sizeof(literal) - 1)

static char *
escape_byte(char *at, unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		*at++ = '\\';
		*at++ = (char)c;
		return at;
	case '\n':
		return (char *)mempcpy(at, "\\n", 2);
	case '\t':
		return (char *)mempcpy(at, "\\t", 2);
	case '\r':
		return (char *)mempcpy(at, "\\r", 2);
	}
	/* Below 0x20 or 0x7f: JSON's escape.  Above: not UTF-8, so the byte is told as text. */
	at = c < 0x80 ? (char *)mempcpy(at, "\\u00", 4) : (char *)mempcpy(at, "\\\\x", 3);
	*at++ = hex_digits[c >> 4];
	*at++ = hex_digits[c & 15];
	return at;
}

static void
put_text(struct line *line, const char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	size_t left = strlen(text), size;
	char *at = line->at, *end = line->end - TAIL;

	if (end - at > TEXT_MAX_SIZE)
		end = at + TEXT_MAX_SIZE;
	*at++ = '"';
	while (left > 0) {
		if (end - at < LONGEST_CHARACTER) {
			at = (char *)mempcpy(at, "...", 3);
			break;
		}
		if (*from >= 0x20 && *from < 0x7f && *from != '"' && *from != '\\') {
			*at++ = (char)*from++;
			left--;
			continue;
		}
		size = *from < 0x80 ? 0 : text_character(from, left);
		if (size > 0) {
			at = (char *)mempcpy(at, from, size);
		} else {
			at = escape_byte(at, *from);
			size = 1;
		}
		from += size;
		left -= size;
	}
	*at++ = '"';
	line->at = at;
}

static void
put_number(struct line *line, int64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%lld", (long long)number);

	put(line, digits, (size_t)length);
}

/* Whether a name and a cut text still fit; the rest of the fields is left out when they do not. */
static bool
has_room(const struct line *line)
{
	return line->end - line->at > 4 * TAIL;
}

static void
put_pair(struct line *line, const char *name, const char *text)
{
	PUT(line, ",\"");
	put(line, name, strlen(name));
	PUT(line, "\":");
	put_text(line, text);
}

static void
put_time(struct line *line)
{
	char text[INSTANT_TEXT_SIZE];
	struct instant now = env_now(&env_system);
	size_t length = strlen(instant_print(now, text)) - 1;

	PUT(line, "{\"time\":\"");
	put(line, text, length);
	/* All times are of one width, so that lines sort as text. */
	if (now.micros % SECOND == 0)
		PUT(line, ".000000");
	PUT(line, "Z\"");
}

static void
put_work(struct line *line, const struct request *req)
{
	char text[UUID_TEXT_SIZE], trace[33];

	if (req->job != NULL) {
		put_pair(line, "job", uuid_print(req->job->id, text));
		if (req->job->kind != NULL)
			put_pair(line, "job_kind", req->job->kind);
	}
	if (req->id[0] != '\0')
		put_pair(line, "request_id", req->id);
	/* traceparent is 00-<32 digits of trace>-<16 of span>-<flags>. */
	if (strnlen(req->trace, REQUEST_TRACE_MAX) >= 35) {
		memcpy(trace, req->trace + 3, 32);
		trace[32] = '\0';
		put_pair(line, "trace_id", trace);
	}
}

static void
put_fields(struct line *line, const struct log_field *fields)
{
	for (; fields != NULL && fields->name != NULL && has_room(line); fields++) {
		PUT(line, ",");
		put_text(line, fields->name);
		PUT(line, ":");
		if (fields->text != NULL)
			put_text(line, fields->text);
		else
			put_number(line, fields->number);
	}
}

static void
send_line(const struct line *line)
{
	const char *from = line->data;
	ssize_t written;

	while (from < line->at) {
		written = write(destination, from, (size_t)(line->at - from));
		if (written > 0)
			from += written;
		else if (errno != EINTR)
			return; /* there is nowhere to complain to */
	}
}

void
log_write(enum log_level level, const struct request *req, const char *logger, const char *message,
    const struct log_field *fields)
{
	static struct line line;

	if (level < least)
		return;
	line.at = line.data;
	line.end = line.data + sizeof(line.data);
	put_time(&line);
	put_pair(&line, "level", level_names[level]);
	put(&line, speaker, speaker_length);
	PUT(&line, ",\"pid\":");
	put_number(&line, getpid());
	put_pair(&line, "logger", logger);
	put_pair(&line, "message", message);
	if (req != NULL)
		put_work(&line, req);
	line.end -= 8;
	put_fields(&line, fields);
	line.end += 8;
	PUT(&line, "}\n");
	send_line(&line);
}

/* In a line of its own first, for the escapes; what does not fit is left out whole. */
void
log_service(const char *service, const char *environment, const char *pool)
{
	static struct line line;

	line.at = line.data;
	line.end = line.data + sizeof(line.data);
	if (service != NULL)
		put_pair(&line, "service", service);
	if (environment != NULL)
		put_pair(&line, "environment", environment);
	if (pool != NULL)
		put_pair(&line, "pool", pool);
	speaker_length = (size_t)(line.at - line.data);
	if (speaker_length > sizeof(speaker))
		speaker_length = 0;
	memcpy(speaker, line.data, speaker_length);
}

void
log_level_set(enum log_level level)
{
	least = level;
}

/* The old descriptor's number is kept, so that nobody who inherited or polls it loses it. */
static bool
open_at(const char *path)
{
	int file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);

	if (file < 0)
		return false;
	if (destination == STDERR_FILENO) {
		destination = file;
		return true;
	}
	if (dup3(file, destination, O_CLOEXEC) < 0) {
		close(file);
		return false;
	}
	close(file);
	return true;
}

bool
log_open(const char *path)
{
	if (path == NULL || path[0] == '\0') {
		if (destination != STDERR_FILENO)
			close(destination);
		destination = STDERR_FILENO;
		destination_path[0] = '\0';
		return true;
	}
	if (strlen(path) >= sizeof(destination_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (!open_at(path))
		return false;
	memmove(destination_path, path, strlen(path) + 1);
	return true;
}

void
log_reopen(void)
{
	if (destination_path[0] != '\0')
		open_at(destination_path);
}
