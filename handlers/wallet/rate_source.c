/* rate_source.c -- out of JSON that somebody else wrote: numbers as they stand there, never through a float. */
#include "handlers/wallet/rate_source.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <json-c/json_pointer.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/json/check.h"

#define NUMBER_DIGITS_MAX 18
#define NUMBER_SCALE_MAX  20
#define NOMINAL_MAX       10000000
#define MILLION           1000000
#define SECONDS_TEXT_MAX  10

static struct json_object *
member(struct json_object *in, const char *pointer)
{
	struct json_object *found = NULL;

	if (*pointer == '\0')
		return in;
	return json_pointer_get(in, pointer, &found) == 0 ? found : NULL;
}

/* The text of a number, or of a string that should be one; json-c keeps what a number looked like. */
static const char *
number_text(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_int:
	case json_type_double:
	case json_type_string:
		return json_object_get_string(value);
	default:
		return NULL;
	}
}

/* Digits with a point and an exponent, into digits and how many of them stand behind the point. */
static const char *
read_digits(const char *text, minor_units *digits_r, long *scale_r)
{
	const char *at = text;
	unsigned count = 0;
	bool behind = false;

	*digits_r = *scale_r = 0;
	for (; (*at >= '0' && *at <= '9') || (*at == '.' && !behind); at++) {
		if (*at == '.') {
			behind = true;
			continue;
		}
		if ((count > 0 || *at != '0') && ++count > NUMBER_DIGITS_MAX + NUMBER_SCALE_MAX)
			return "has too many digits";
		*digits_r = *digits_r * 10 + (*at - '0');
		*scale_r += behind;
	}
	if (at == text || at[-1] == '.' || text[0] == '.')
		return "is not a number";
	if (*at == 'e' || *at == 'E') {
		const char *sign = at + 1, *first = sign + (*sign == '-' || *sign == '+');
		const size_t length = strspn(first, "0123456789");

		if (length == 0 || length > 2)
			return "is out of range";
		*scale_r -= strtol(sign, NULL, 10);
		at = first + length;
	}
	return *at == '\0' ? NULL : "is not a number";
}

const char *
rate_number(const char *text, struct money_rate *rate_r)
{
	const char *fault;
	minor_units digits;
	long scale;

	if (text == NULL)
		return "is not a number";
	if (*text == '-')
		return "is negative";
	if ((fault = read_digits(text, &digits, &scale)) != NULL)
		return fault;
	if (digits == 0)
		return "is zero";
	for (; digits % 10 == 0; scale--)
		digits /= 10;
	*rate_r = (struct money_rate){ digits, 1 };
	for (; scale < 0 && rate_r->numerator < RATE_PART_MAX / 10; scale++)
		rate_r->numerator *= 10;
	if (scale < 0 || scale > NUMBER_SCALE_MAX || digits >= (minor_units)INT64_C(1000000000000000000))
		return "has too many digits";
	for (; scale > 0; scale--)
		rate_r->denominator *= 10;
	return NULL;
}

/* The entry of a currency: by its name, or in a list by its code. */
static struct json_object *
entry_of(const struct rate_document *document, const char *code)
{
	struct json_object *entry = NULL;

	if (json_object_is_type(document->rates, json_type_object))
		return json_object_object_get_ex(document->rates, code, &entry) ? entry : NULL;
	for (size_t i = 0; i < json_object_array_length(document->rates); i++) {
		entry = json_object_array_get_idx(document->rates, i);
		if (text_equal(number_text(member(entry, document->source->code)), code))
			return entry;
	}
	return NULL;
}

static const char *
nominal_of(const struct rate_source *source, struct json_object *entry, struct money_rate *nominal_r)
{
	const char *fault;

	*nominal_r = (struct money_rate){ 1, 1 };
	if (*source->nominal == '\0')
		return NULL;
	fault = rate_number(number_text(member(entry, source->nominal)), nominal_r);
	if (fault == NULL && (nominal_r->denominator != 1 || nominal_r->numerator > NOMINAL_MAX))
		fault = "is not a whole number";
	return fault;
}

/* What one unit of the currency is worth in the base. */
static const char *
worth_in_base(const struct rate_document *document, const char *code, struct money_rate *rate_r, bool *there_r)
{
	const struct rate_source *source = document->source;
	struct money_rate value, nominal;
	struct json_object *entry;
	const char *fault;

	*there_r = true;
	*rate_r = (struct money_rate){ 1, 1 };
	if (text_equal(code, source->base))
		return NULL;
	if (!(*there_r = (entry = entry_of(document, code)) != NULL))
		return "is missing";
	if ((fault = rate_number(number_text(member(entry, source->value)), &value)) != NULL ||
	    (fault = nominal_of(source, entry, &nominal)) != NULL)
		return fault;
	/* `nominal` units are worth `value` of the base, or `value` units are worth `nominal` of the base. */
	if (!(text_equal(source->says, "base_per_unit") ? rate_divide(value, nominal, rate_r)
							: rate_divide(nominal, value, rate_r)))
		return "has too many digits";
	return NULL;
}

/* RFC 3339, a date, or seconds since 1970. */
static bool
read_time(struct request *req, struct json_object *value, struct instant *instant_r)
{
	const char *text = number_text(value);

	if (text == NULL)
		return false;
	if (strlen(text) == SECONDS_TEXT_MAX && strspn(text, "0123456789") == SECONDS_TEXT_MAX) {
		instant_r->micros = strtoll(text, NULL, 10) * SECOND;
		return true;
	}
	if (strlen(text) == strlen("2026-02-03"))
		text = arena_format(req->arena, "%sT00:00:00Z", text);
	return instant_parse(text, instant_r);
}

static const char *
read_as_of(struct request *req, struct json_object *object, int64_t max_age, struct rate_document *document)
{
	const struct instant now = env_now(req->env);

	document->as_of = now;
	if (*document->source->time == '\0')
		return NULL;
	if (!read_time(req, member(object, document->source->time), &document->as_of))
		return "its time cannot be read";
	if (document->as_of.micros < now.micros - max_age * SECOND)
		return "its rates are stale";
	if (document->as_of.micros > now.micros)
		document->as_of = now; /* tomorrow's, told today */
	return NULL;
}

const char *
rate_document_read(struct request *req, const struct rate_source *source, struct bytes body, int64_t max_age,
    struct rate_document *document_r)
{
	struct json_fault wrong = { 0 };
	struct json_object *object = json_parse(req->arena, (const char *)body.data, body.length, &wrong);
	const char *fault;
	bool there;

	*document_r = (struct rate_document){ .source = source };
	if (object == NULL)
		return arena_format(req->arena, "it is not JSON: %s", wrong.reason != NULL ? wrong.reason : "null");
	document_r->rates = member(object, source->rates);
	if (!json_object_is_type(document_r->rates, *source->code == '\0' ? json_type_object : json_type_array))
		return "its rates are not where they should be";
	if ((fault = read_as_of(req, object, max_age, document_r)) != NULL)
		return fault;
	if ((fault = worth_in_base(document_r, "USD", &document_r->dollar, &there)) != NULL)
		return arena_format(req->arena, "its rate of the US dollar %s", fault);
	return NULL;
}

const char *
rate_document_find(struct request *req, const struct rate_document *document, const char *code,
    struct money_rate *rate_r, bool *there_r)
{
	struct money_rate worth;
	const char *fault = worth_in_base(document, code, &worth, there_r);

	(void)req;
	if (fault != NULL)
		return fault;
	return rate_divide(worth, document->dollar, rate_r) ? NULL : "has too many digits";
}

/* How many millionths one is of the other; a number beyond all bounds when there are too many. */
static minor_units
millionths(struct money_rate of, struct money_rate in)
{
	const struct convert_side from = { of, 0 }, to = { in, 0 };
	minor_units part = 0;

	return convert_down(MILLION, &from, &to, &part) == CONVERT_TOO_LARGE ? RATE_PART_MAX : part;
}

bool
rate_jumps(struct money_rate rate, struct money_rate before, int64_t percent)
{
	const minor_units most = (minor_units)(100 + percent) * (MILLION / 100);

	return millionths(rate, before) > most || millionths(before, rate) > most;
}
