/* intake.c -- FastCGI parameters into a request. */
#include "core/web/intake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/metric/notice.h"
#include "core/web/problem.h"
#include "core/web/target.h"

static const char hex_lower[] = "0123456789abcdef";

static const char *
parameter(char *const *parameters, const char *name)
{
	const size_t length = strlen(name);

	for (; *parameters != NULL; parameters++)
		if (strncmp(*parameters, name, length) == 0 && (*parameters)[length] == '=')
			return *parameters + length + 1;
	return "";
}

static void
print_hex(const uint8_t *bytes, size_t count, char *text)
{
	for (size_t i = 0; i < count; i++) {
		text[2 * i] = hex_lower[bytes[i] >> 4];
		text[2 * i + 1] = hex_lower[bytes[i] & 15];
	}
	text[2 * count] = '\0';
}

static bool
is_hex(const char *text, size_t length)
{
	return strspn(text, hex_lower) >= length;
}

/* nginx makes 32 hexadecimal digits; without nginx (a test, a job) we make our own. */
static void
take_id(struct request *req, const char *id)
{
	struct uuid uuid;

	if (strlen(id) == REQUEST_ID_SIZE - 1 && is_hex(id, REQUEST_ID_SIZE - 1)) {
		memcpy(req->id, id, REQUEST_ID_SIZE);
		return;
	}
	uuid = uuid_new(req->env);
	print_hex(uuid.bytes, sizeof(uuid.bytes), req->id);
}

/* W3C Trace Context: version-trace-parent-flags.  A later version may have more behind a dash. */
static bool
trace_is_valid(const char *trace)
{
	static const char zeros[] = "00000000000000000000000000000000";

	if (strnlen(trace, 55) < 55 || (trace[55] != '\0' && (strncmp(trace, "00", 2) == 0 || trace[55] != '-')))
		return false;
	return is_hex(trace, 2) && strncmp(trace, "ff", 2) != 0 && trace[2] == '-' && is_hex(trace + 3, 32) &&
	       trace[35] == '-' && is_hex(trace + 36, 16) && trace[52] == '-' && is_hex(trace + 53, 2) &&
	       strncmp(trace + 3, zeros, 32) != 0 && strncmp(trace + 36, zeros, 16) != 0;
}

/* We are a span of our own under the caller's, so what we call in turn is our child. */
static void
take_trace(struct request *req)
{
	const char *trace = request_header(req, "traceparent");
	uint8_t span[8];
	char text[17];

	req->trace[0] = '\0';
	if (trace == NULL || !trace_is_valid(trace))
		return;
	env_random(req->env, span, sizeof(span));
	span[0] |= 1; /* all zeros would be no span */
	print_hex(span, sizeof(span), text);
	snprintf(req->trace, sizeof(req->trace), "00-%.32s-%s-%.2s", trace + 3, text, trace + 53);
}

/* "HTTP_IF_MATCH" is if-match. */
static const char *
header_name(struct arena *arena, const char *name, size_t length)
{
	char *made = arena_copy(arena, name, length);

	for (char *c = made; *c != '\0'; c++) {
		if (*c == '_')
			*c = '-';
		else if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return made;
}

/* What a client could use against the programs behind us; nginx blanks it too.  A key that is empty is a wrong one. */
static bool
is_unwanted(const char *name, const char *value)
{
	return (*value == '\0' && strcmp(name, "idempotency-key") != 0) || strcmp(name, "proxy") == 0 || strcmp(name, "transfer-encoding") == 0;
}

/* Two of these, and two readers would believe different ones: that is how requests are smuggled. */
static bool
must_be_single(const char *name)
{
	static const char *const single[] = { "authorization", "content-length", "content-type", "host",
		"idempotency-key", "if-match" };

	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		if (strcmp(single[i], name) == 0)
			return true;
	return false;
}

static const struct problem *
take_header(struct request *req, struct header *headers, const char *entry)
{
	const char *equals = strchr(entry, '=');
	struct header header;

	if (equals == NULL)
		return NULL;
	header.name = header_name(req->arena, entry, (size_t)(equals - entry));
	header.value = equals + 1;
	if (is_unwanted(header.name, header.value))
		return NULL;
	if (must_be_single(header.name) && request_header(req, header.name) != NULL)
		return problem_format(req, PROBLEM_BAD_REQUEST, "The header %s comes twice.", header.name);
	if (req->header_count == INTAKE_HEADERS_MAX)
		return problem(req, PROBLEM_HEADERS_TOO_LARGE, NULL);
	headers[req->header_count++] = header;
	return NULL;
}

static const struct problem *
take_headers(struct request *req, char *const *parameters)
{
	struct header *headers = ARENA_ARRAY(req->arena, INTAKE_HEADERS_MAX, struct header);
	const char *content_type = parameter(parameters, "CONTENT_TYPE");
	const struct problem *p;

	req->headers = headers;
	req->header_count = 0;
	for (char *const *entry = parameters; *entry != NULL; entry++)
		if (strncmp(*entry, "HTTP_", 5) == 0 && (p = take_header(req, headers, *entry + 5)) != NULL)
			return p;
	/* Some servers pass Content-Type only under its CGI name. */
	if (*content_type != '\0' && request_header(req, "content-type") == NULL &&
	    req->header_count < INTAKE_HEADERS_MAX)
		headers[req->header_count++] = (struct header){ "content-type", content_type };
	return NULL;
}

/* HEAD is a GET whose body stays here. */
static void
take_method(struct request *req, const char *name)
{
	static const struct {
		const char *name;
		enum method method;
	} methods[] = { { "GET", GET }, { "HEAD", GET }, { "POST", POST }, { "PUT", PUT }, { "PATCH", PATCH },
		{ "DELETE", DELETE } };

	req->method = METHOD_UNSET;
	req->method_name = name;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (strcmp(methods[i].name, name) == 0)
			req->method = methods[i].method;
}

static const struct problem *
take_target(struct request *req, const char *raw)
{
	struct target target = { .path = "", .query = "" };
	enum target_fault fault = target_parse(req->arena, raw, &target);

	req->target = raw;
	req->path = target.path;
	req->query = target.query;
	if (fault == TARGET_OK)
		return NULL;
	return problem(
	    req, fault == TARGET_TOO_LONG ? PROBLEM_TARGET_TOO_LONG : PROBLEM_BAD_REQUEST, target_fault_text(fault));
}

/* nginx has read the whole body before; fewer bytes than it announced mean that something broke on the way. */
static const struct problem *
check_length(struct request *req, const char *text)
{
	unsigned long long length;
	char *end;

	if (*text == '\0')
		return NULL;
	errno = 0;
	length = strtoull(text, &end, 10);
	if (errno != 0 || *end != '\0' || *text < '0' || *text > '9')
		return problem(req, PROBLEM_BAD_REQUEST, "Content-Length is not a number.");
	if (length != req->body.length)
		return problem(req, PROBLEM_BAD_REQUEST, "The body is shorter than its Content-Length.");
	return NULL;
}

/* nginx's $msec, "1700000000.123", when it had the whole request; hosts' clocks differ, so less than nothing is nothing. */
static void
take_sent(struct request *req, const char *sent)
{
	char *dot, *end;
	long long seconds, millis;

	req->waited = 0;
	if (*sent < '0' || *sent > '9')
		return;
	seconds = strtoll(sent, &dot, 10);
	if (*dot != '.' || strlen(dot) != 4 || seconds > INT32_MAX * 4LL)
		return;
	millis = strtoll(dot + 1, &end, 10);
	if (*end == '\0' && millis >= 0)
		req->waited = req->started.micros - (seconds * SECOND + millis * MILLISECOND);
	if (req->waited < 0)
		req->waited = 0;
}

const struct problem *
intake(struct request *req, char *const *parameters)
{
	const struct problem *p, *bad_target, *bad_length;

	take_id(req, parameter(parameters, "STOA_REQUEST_ID"));
	take_method(req, parameter(parameters, "REQUEST_METHOD"));
	req->address = parameter(parameters, "REMOTE_ADDR");
	req->secure = strcmp(parameter(parameters, "HTTPS"), "on") == 0;
	take_sent(req, parameter(parameters, "STOA_SENT"));
	p = take_headers(req, parameters);
	take_trace(req);
	bad_target = take_target(req, parameter(parameters, "REQUEST_URI"));
	bad_length = check_length(req, parameter(parameters, "CONTENT_LENGTH"));
	notice_request(req);
	if (p == NULL)
		p = bad_target != NULL ? bad_target : bad_length;
	return p;
}
