/*
 * check.c -- RFC 8259 by the letter, once over the bytes.
 *
 * Keys are compared when their object closes: few of them each with each, many by sorting, so that a hostile object
 * costs n log n.  A key with escapes is decoded first; "a" and "\u0061" are one key.  The keys of all open objects lie on
 * one stack, those of the innermost on top.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/hex.h"
#include "core/base/text.h"
#include "core/json/check.h"

#define KEYS_AT_HAND 32
#define FEW_KEYS     16

struct key {
	const unsigned char *text;
	size_t length;
	size_t offset;
};

struct checker {
	const unsigned char *at;
	const unsigned char *end;
	const unsigned char *begin;
	struct arena *arena;
	struct json_fault *fault;
	struct key *keys;
	size_t key_count;
	size_t key_capacity;
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

/* Four hexadecimal digits; -1 when they are not. */
static int32_t
read_unit(const unsigned char *at, const unsigned char *end)
{
	int32_t unit = 0;
	int digit;

	if (end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		if ((digit = hex_value((char)at[i])) < 0)
			return -1;
		unit = unit << 4 | digit;
	}
	return unit;
}

/* `at` is behind "\u"; how many more bytes belong to the escape, 0 with a reason when it is wrong. */
static size_t
read_escaped(const unsigned char *at, const unsigned char *end, uint32_t *code_r, const char **reason_r)
{
	int32_t unit = read_unit(at, end), second;

	if (unit < 0)
		*reason_r = "\\u needs four hexadecimal digits";
	else if (unit == 0)
		*reason_r = "U+0000 is not allowed";
	if (unit <= 0)
		return 0;
	*code_r = (uint32_t)unit;
	if (unit < 0xD800 || unit > 0xDFFF)
		return 4;
	*reason_r = "half of a surrogate pair";
	if (unit > 0xDBFF || end - at < 10 || at[4] != '\\' || at[5] != 'u')
		return 0;
	second = read_unit(at + 6, end);
	if (second < 0xDC00 || second > 0xDFFF)
		return 0;
	*code_r = 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (uint32_t)(second - 0xDC00);
	return 10;
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
		if ((size = read_escaped(c->at + 2, c->end, &code, &reason)) == 0)
			return fault(c, reason);
		c->at += 2 + size;
		return true;
	}
	if (c->at[1] == '\0' || strchr("\"\\/bfnrt", c->at[1]) == NULL)
		return fault(c, "an escape that JSON does not have");
	c->at += 2;
	return true;
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether eight bytes are all plain: no quote, backslash, control character or start of a longer character. */
static inline bool
is_plain(uint64_t word)
{
	uint64_t quote = word ^ EACH_BYTE('"'), slash = word ^ EACH_BYTE('\\');
	uint64_t found = (quote - EACH_BYTE(1)) | (slash - EACH_BYTE(1)) | (word - EACH_BYTE(0x20)) | word;

	return (found & EACH_BYTE(0x80)) == 0;
}

/* From one quote past the other. */
static bool
check_string(struct checker *c, bool *escaped_r)
{
	uint64_t word;
	size_t size;

	*escaped_r = false;
	for (c->at++; c->at < c->end;) {
		if (c->end - c->at >= 8) {
			memcpy(&word, c->at, 8);
			if (is_plain(word)) {
				c->at += 8;
				continue;
			}
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

static size_t
put_utf8(unsigned char *at, uint32_t code)
{
	if (code < 0x80) {
		at[0] = (unsigned char)code;
		return 1;
	}
	if (code < 0x800) {
		at[0] = (unsigned char)(0xC0 | code >> 6);
		at[1] = (unsigned char)(0x80 | (code & 0x3F));
		return 2;
	}
	if (code < 0x10000) {
		at[0] = (unsigned char)(0xE0 | code >> 12);
		at[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
		at[2] = (unsigned char)(0x80 | (code & 0x3F));
		return 3;
	}
	at[0] = (unsigned char)(0xF0 | code >> 18);
	at[1] = (unsigned char)(0x80 | (code >> 12 & 0x3F));
	at[2] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
	at[3] = (unsigned char)(0x80 | (code & 0x3F));
	return 4;
}

/* The text of a key whose escapes are known to be right; it never gets longer. */
static void
decode_key(struct arena *arena, struct key *key)
{
	static const char short_escapes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	const unsigned char *from = key->text, *end = from + key->length;
	unsigned char *text = arena_alloc(arena, key->length + 4), *to = text;
	const char *reason;
	uint32_t code;

	while (from < end) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'u') {
			from += 2 + read_escaped(from + 2, end, &code, &reason);
			to += put_utf8(to, code);
		} else {
			for (const char *pair = short_escapes; *pair != '\0'; pair += 2)
				if (*pair == (char)from[1]) {
					*to++ = (unsigned char)pair[1];
					break;
				}
			from += 2;
		}
	}
	key->text = text;
	key->length = (size_t)(to - text);
}

static void
push_key(struct checker *c, struct key key)
{
	struct key *more;

	if (c->key_count == c->key_capacity) {
		more = ARENA_ARRAY(c->arena, c->key_capacity * 2, struct key);
		memcpy(more, c->keys, c->key_count * sizeof(key));
		c->keys = more;
		c->key_capacity *= 2;
	}
	c->keys[c->key_count++] = key;
}

static inline bool
same_key(const struct key *a, const struct key *b)
{
	return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static int
compare_keys(const void *left, const void *right)
{
	const struct key *a = left, *b = right;
	int order;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	if ((order = memcmp(a->text, b->text, a->length)) != 0)
		return order;
	return a->offset < b->offset ? -1 : 1;
}

/* The later of two equal keys, or NULL. */
static const struct key *
find_twin(struct key *keys, size_t count)
{
	if (count <= FEW_KEYS) {
		for (size_t i = 1; i < count; i++)
			for (size_t j = 0; j < i; j++)
				if (same_key(&keys[i], &keys[j]))
					return &keys[i];
		return NULL;
	}
	qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < count; i++)
		if (same_key(&keys[i], &keys[i - 1]))
			return &keys[i];
	return NULL;
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
		decode_key(c->arena, &key);
	push_key(c, key);
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
	size_t base = c->key_count;
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
	if ((twin = find_twin(c->keys + base, c->key_count - base)) != NULL)
		return fault_at(c, c->begin + twin->offset, "a key appears twice");
	c->key_count = base;
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
		.arena = arena,
		.fault = fault_r,
		.keys = keys,
		.key_capacity = KEYS_AT_HAND,
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
