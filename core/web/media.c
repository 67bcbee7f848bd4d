/* media.c -- Content-Type, Accept and Prefer, as far as an API that speaks JSON needs them. */
#include "core/web/media.h"

#include <string.h>
#include <strings.h>

#include "core/base/request.h"
#include "core/web/problem.h"
#include "core/web/route.h"

#define BODY_MAX_DEFAULT 65536

/* A piece of a header's value, without the blanks around it. */
struct piece {
	const char *data;
	size_t length;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct piece
piece_trim(struct piece piece)
{
	while (piece.length > 0 && is_blank(piece.data[0])) {
		piece.data++;
		piece.length--;
	}
	while (piece.length > 0 && is_blank(piece.data[piece.length - 1]))
		piece.length--;
	return piece;
}

static bool
piece_is(struct piece piece, const char *text)
{
	return piece.length == strlen(text) && strncasecmp(piece.data, text, piece.length) == 0;
}

/* Up to the separator outside quotes; *at moves behind it, and is NULL after the last. */
static struct piece
piece_next(const char **at, const char *end, char separator)
{
	const char *begin = *at, *c = begin;
	bool quoted = false;

	for (; c < end && (quoted || *c != separator); c++) {
		if (quoted && *c == '\\' && c + 1 < end)
			c++;
		else if (*c == '"')
			quoted = !quoted;
	}
	*at = c < end ? c + 1 : NULL;
	return piece_trim((struct piece){ begin, (size_t)(c - begin) });
}

/* "name=value" in two; the value without its quotes. */
static void
piece_split(struct piece whole, struct piece *name, struct piece *value)
{
	const char *equals = memchr(whole.data, '=', whole.length);

	*value = (struct piece){ 0 };
	*name = whole;
	if (equals == NULL)
		return;
	*name = piece_trim((struct piece){ whole.data, (size_t)(equals - whole.data) });
	*value = piece_trim((struct piece){ equals + 1, whole.length - (size_t)(equals - whole.data) - 1 });
	if (value->length >= 2 && value->data[0] == '"' && value->data[value->length - 1] == '"') {
		value->data++;
		value->length -= 2;
	}
}

static bool
is_type(const char *content_type, const char *wanted)
{
	const char *at = content_type, *end = at + strlen(at);
	struct piece name, value;

	if (!piece_is(piece_next(&at, end, ';'), wanted))
		return false;
	while (at != NULL) {
		piece_split(piece_next(&at, end, ';'), &name, &value);
		if (!piece_is(name, "charset") || !piece_is(value, "utf-8"))
			return false;
	}
	return true;
}

bool
media_is_json(const char *content_type)
{
	return is_type(content_type, "application/json");
}

bool
media_is_form(const char *content_type)
{
	return is_type(content_type, "application/x-www-form-urlencoded");
}

/* How closely a media range names application/json; 0: not at all. */
static unsigned
closeness(struct piece range)
{
	if (piece_is(range, "application/json"))
		return 3;
	if (piece_is(range, "application/*"))
		return 2;
	return piece_is(range, "*/*") ? 1 : 0;
}

/* "0", "0.", "0.000": by RFC 9110 section 12.4.2 that means "not this". */
static bool
is_zero(struct piece q)
{
	if (q.length == 0 || q.data[0] != '0')
		return false;
	for (size_t i = 1; i < q.length; i++)
		if (q.data[i] != (i == 1 ? '.' : '0'))
			return false;
	return true;
}

bool
media_accepts_json(const char *accept)
{
	const char *at = accept, *end = at + strlen(at);
	struct piece element, name, value;
	unsigned closest = 0;
	bool accepted = false;

	if (piece_trim((struct piece){ accept, strlen(accept) }).length == 0)
		return true;
	while (at != NULL) {
		bool refused = false;
		const char *part;
		unsigned close;

		element = piece_next(&at, end, ',');
		part = element.data;
		close = closeness(piece_next(&part, element.data + element.length, ';'));
		while (part != NULL) {
			piece_split(piece_next(&part, element.data + element.length, ';'), &name, &value);
			refused = refused || (piece_is(name, "q") && is_zero(value));
		}
		if (close > closest || (close == closest && close > 0 && !refused))
			accepted = !refused;
		if (close > closest)
			closest = close;
	}
	return accepted;
}

static int
seconds_of(struct piece value)
{
	int seconds = 0;

	if (value.length == 0 || value.length > 6)
		return -1;
	for (size_t i = 0; i < value.length; i++) {
		if (value.data[i] < '0' || value.data[i] > '9')
			return -1;
		seconds = seconds * 10 + (value.data[i] - '0');
	}
	return seconds;
}

/* The first `wait` counts, as RFC 7240 section 2 has it. */
int
prefer_wait(const char *prefer)
{
	const char *at = prefer, *end = at + strlen(at);
	struct piece element, name, value;
	const char *part;

	while (at != NULL) {
		element = piece_next(&at, end, ',');
		part = element.data;
		piece_split(piece_next(&part, element.data + element.length, ';'), &name, &value);
		if (piece_is(name, "wait"))
			return seconds_of(value);
	}
	return -1;
}

static const struct problem *
check_body(struct request *req)
{
	const struct route *route = req->route;
	const size_t most = route->body_max == 0 ? BODY_MAX_DEFAULT : route->body_max;
	const char *type = request_header(req, "content-type");

	if (req->body.length > most)
		return problem_format(req, PROBLEM_TOO_LARGE, "At most %zu bytes are taken here.", most);
	if (route->body == NULL)
		return req->body.length == 0 ? NULL : problem_field(req, "", "must be empty: no body is taken here");
	if (route->form    ? type == NULL || !media_is_form(type)
	    : type == NULL ? req->body.length > 0
			   : !media_is_json(type))
		return problem(req, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		    route->form ? "A form is taken here: application/x-www-form-urlencoded." : NULL);
	return NULL;
}

/* Routes without a reply shape answer other things than JSON, or nothing: they do not look at Accept. */
const struct problem *
media_check(struct request *req)
{
	const char *accept = request_header(req, "accept");

	if (accept != NULL && req->route->reply != NULL && !media_accepts_json(accept))
		return problem(req, PROBLEM_NOT_ACCEPTABLE, "application/json is what can be sent.");
	return check_body(req);
}
