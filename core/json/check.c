/*
 * check.c -- RFC 8259 by the letter, once over the bytes.  Keys are compared when their object closes; see key.c.
 */
#include <stdint.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/json/check.h"
#include "core/json/key.h"
#include "core/json/plain.h"

#define KEYS_AT_HAND 32 /* on the stack; more go to the arena */

struct checker {
	const unsigned char *at;
	const unsigned char *end;
	const unsigned char *begin;
	struct json_fault *fault;
	struct keys keys;
};

static bool check_value(struct checker *c, unsigned depth);

static bool
fault_at(struct checker *c, const unsigned char *at, const char *reason)
{
	*c->fault = (struct json_fault){ .offset = (size_t)(at - c->begin), .reason = reason };
	return false;
}

static bool
fault(struct checker *c, const char *reason)
{
	return fault_at(c, c->at, c->at < c->end ? reason : "the text ends too early");
}

static inline void
skip_space(struct checker *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\n' || *c->at == '\r' || *c->at == '\t'))
		c->at++;
}

static bool
check_escape(struct checker *c)
{
	const char *reason;
	uint32_t code;
	size_t size;

	if (c->end - c->at < 2)
		return fault_at(c, c->end, "the text ends too early");
	if (c->at[1] == 'u') {
		if ((size = json_read_escape(c->at + 2, c->end, &code, &reason)) == 0)
			return fault(c, reason);
		c->at += 2 + size;
		return true;
	}
	if (c->at[1] == '\0' || strchr("\"\\/bfnrt", c->at[1]) == NULL)
		return fault(c, "an escape that JSON does not have");
	c->at += 2;
	return true;
}

/* From one quote past the other. */
static bool
check_string(struct checker *c, bool *escaped_r)
{
	size_t size;

	*escaped_r = false;
	for (c->at++; c->at < c->end;) {
		if (c->end - c->at >= 8 && json_is_plain(c->at)) {
			c->at += 8;
			continue;
		}
		if (*c->at == '"') {
			c->at++;
			return true;
		}
		if (*c->at == '\\') {
			*escaped_r = true;
			if (!check_escape(c))
				return false;
		} else if (*c->at < 0x20) {
			return fault(c, "a control character must be escaped");
		} else if ((size = text_character(c->at, (size_t)(c->end - c->at))) == 0) {
			return fault(c, "not UTF-8");
		} else {
			c->at += size;
		}
	}
	return fault(c, "");
}

static inline bool
skip_digits(struct checker *c)
{
	const unsigned char *from = c->at;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
		c->at++;
	return c->at > from;
}

static bool
check_number(struct checker *c)
{
	const char *reason = "a number is not written as JSON writes it";

	if (*c->at == '-')
		c->at++;
	if (c->at < c->end && *c->at == '0') {
		c->at++;
		if (c->at < c->end && *c->at >= '0' && *c->at <= '9')
			return fault(c, reason);
	} else if (!skip_digits(c)) {
		return fault(c, reason);
	}
	if (c->at < c->end && *c->at == '.') {
		c->at++;
		if (!skip_digits(c))
			return fault(c, reason);
	}
	if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
		c->at++;
		if (c->at < c->end && (*c->at == '+' || *c->at == '-'))
			c->at++;
		if (!skip_digits(c))
			return fault(c, reason);
	}
	return true;
}

static bool
check_key(struct checker *c)
{
	const unsigned char *from = c->at;
	struct key key;
	bool escaped;

	if (c->at == c->end || *c->at != '"')
		return fault(c, "a key in double quotes was expected");
	if (!check_string(c, &escaped))
		return false;
	key = (struct key){ from + 1, (size_t)(c->at - from) - 2, (size_t)(from - c->begin) };
	if (escaped)
		key_decode(c->keys.arena, &key);
	keys_push(&c->keys, key);
	skip_space(c);
	if (c->at == c->end || *c->at != ':')
		return fault(c, "a colon was expected");
	c->at++;
	return true;
}

/* Behind a member or an item: past the comma, or past the closing bracket with *closed_r. */
static inline bool
check_separator(struct checker *c, unsigned char bracket, bool *closed_r)
{
	skip_space(c);
	if (c->at == c->end || (*c->at != ',' && *c->at != bracket))
		return fault(c, bracket == '}' ? "a comma or } was expected" : "a comma or ] was expected");
	*closed_r = *c->at++ == bracket;
	return true;
}

static bool
check_object(struct checker *c, unsigned depth)
{
	size_t base = c->keys.count;
	const struct key *twin;
	bool closed = false;

	c->at++;
	skip_space(c);
	if (c->at < c->end && *c->at == '}') {
		c->at++;
		return true;
	}
	while (!closed) {
		skip_space(c);
		if (!check_key(c) || !check_value(c, depth) || !check_separator(c, '}', &closed))
			return false;
	}
	if ((twin = keys_twin(&c->keys, base)) != NULL)
		return fault_at(c, c->begin + twin->offset, "a key appears twice");
	c->keys.count = base;
	return true;
}

static bool
check_array(struct checker *c, unsigned depth)
{
	bool closed = false;

	c->at++;
	skip_space(c);
	if (c->at < c->end && *c->at == ']') {
		c->at++;
		return true;
	}
	while (!closed)
		if (!check_value(c, depth) || !check_separator(c, ']', &closed))
			return false;
	return true;
}

static bool
check_word(struct checker *c, const char *word, size_t length)
{
	if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
		return fault(c, "a value was expected");
	c->at += length;
	return true;
}

/* `depth` counts the brackets that are open around the value. */
static bool
check_value(struct checker *c, unsigned depth)
{
	bool escaped;

	skip_space(c);
	if (c->at == c->end)
		return fault(c, "");
	switch (*c->at) {
	case '"':
		return check_string(c, &escaped);
	case '{':
	case '[':
		if (depth == JSON_DEPTH_MAX)
			return fault(c, "nested more than 32 deep");
		return *c->at == '{' ? check_object(c, depth + 1) : check_array(c, depth + 1);
	case 't':
		return check_word(c, "true", 4);
	case 'f':
		return check_word(c, "false", 5);
	case 'n':
		return check_word(c, "null", 4);
	}
	if (*c->at == '-' || (*c->at >= '0' && *c->at <= '9'))
		return check_number(c);
	return fault(c, "a value was expected");
}

bool
json_check(struct arena *arena, const char *text, size_t length, struct json_fault *fault_r)
{
	struct key keys[KEYS_AT_HAND];
	const unsigned char *bytes = (const unsigned char *)text;
	struct checker c = {
		.at = bytes,
		.begin = bytes,
		.end = bytes + length,
		.fault = fault_r,
		.keys = { .arena = arena, .items = keys, .capacity = KEYS_AT_HAND },
	};
	struct arena_mark mark = arena_mark(arena);
	bool good;

	*fault_r = (struct json_fault){ 0 };
	good = check_value(&c, 0);
	if (good) {
		skip_space(&c);
		if (c.at < c.end)
			good = fault(&c, "something follows the value");
	}
	arena_rewind(arena, mark);
	return good;
}
