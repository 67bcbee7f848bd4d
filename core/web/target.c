/* target.c -- the one decoder of addresses. */
#include "core/web/target.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/hex.h"
#include "core/base/text.h"

/* Of what %XX stands for; -1 when it is not two hexadecimal digits. */
static int
escaped_byte(const char *at)
{
	int high = hex_value(at[1]), low = high < 0 ? -1 : hex_value(at[2]);

	return low < 0 ? -1 : high * 16 + low;
}

/* '/' only counts as itself when it came unescaped. */
static bool
is_forbidden(int byte, bool escaped)
{
	return byte < 0x20 || byte == 0x7f || byte == '\\' || (escaped ? byte == '/' : byte == ' ' || byte == '#');
}

static enum target_fault
decode_path(const char *raw, size_t length, char *path)
{
	size_t out = 0;

	for (size_t i = 0; i < length; i++) {
		bool escaped = raw[i] == '%';
		int byte = (unsigned char)raw[i];

		if (escaped) {
			if (length - i < 3 || (byte = escaped_byte(raw + i)) < 0)
				return TARGET_BAD_ESCAPE;
			i += 2;
		}
		if (is_forbidden(byte, escaped))
			return TARGET_FORBIDDEN_BYTE;
		path[out++] = (char)byte;
	}
	return text_is_utf8(path, out) ? TARGET_OK : TARGET_NOT_UTF8;
}

/* A slash at the very end leaves an empty segment, which is well-formed; it matches no route. */
static bool
segments_are_plain(const char *path)
{
	for (const char *at = path; at != NULL; at = strchr(at, '/')) {
		size_t length = strcspn(++at, "/");

		if (length == 0 && at[0] == '/')
			return false;
		if ((length == 1 && at[0] == '.') || (length == 2 && at[0] == '.' && at[1] == '.'))
			return false;
	}
	return true;
}

enum target_fault
target_parse(struct arena *arena, const char *raw, struct target *target_r)
{
	const size_t length = strnlen(raw, TARGET_MAX + 1);
	const size_t path_length = strcspn(raw, "?");
	enum target_fault fault;
	char *path;

	if (length > TARGET_MAX)
		return TARGET_TOO_LONG;
	if (raw[0] != '/')
		return TARGET_NOT_A_PATH;
	path = arena_alloc(arena, path_length + 1);
	if ((fault = decode_path(raw, path_length, path)) != TARGET_OK)
		return fault;
	if (!segments_are_plain(path))
		return TARGET_BAD_SEGMENT;
	target_r->path = path;
	target_r->query = raw[path_length] == '?' ? raw + path_length + 1 : "";
	return TARGET_OK;
}

const char *
target_fault_text(enum target_fault fault)
{
	switch (fault) {
	case TARGET_OK:
		return "nothing";
	case TARGET_TOO_LONG:
		return "The address is longer than 4096 bytes.";
	case TARGET_NOT_A_PATH:
		return "The address does not begin with a slash.";
	case TARGET_BAD_ESCAPE:
		return "The address has a % without two hexadecimal digits behind it.";
	case TARGET_FORBIDDEN_BYTE:
		return "The address has a control character, a backslash, or a slash that is escaped.";
	case TARGET_NOT_UTF8:
		return "The address is not UTF-8.";
	case TARGET_BAD_SEGMENT:
		return "The address has an empty, \".\" or \"..\" segment.";
	}
	return "The address cannot be read.";
}

/* One name or value; NULL when it is broken. */
static const char *
decode_part(struct arena *arena, const char *raw, size_t length)
{
	char *part = arena_alloc(arena, length + 1);
	size_t out = 0;

	for (size_t i = 0; i < length; i++) {
		int byte = raw[i] == '+' ? ' ' : (unsigned char)raw[i];

		if (raw[i] == '%') {
			if (length - i < 3 || (byte = escaped_byte(raw + i)) < 0)
				return NULL;
			i += 2;
		}
		if (byte < 0x20 || byte == 0x7f)
			return NULL;
		part[out++] = (char)byte;
	}
	return text_is_utf8(part, out) ? part : NULL;
}

static const char *
parse_pair(struct arena *arena, const char *raw, size_t length, struct query *query)
{
	const char *equals = memchr(raw, '=', length);
	const size_t name_length = equals == NULL ? length : (size_t)(equals - raw);
	struct query_pair *pair = &query->pairs[query->count];

	if (query->count == QUERY_PAIRS_MAX)
		return "The query has too many parameters.";
	pair->name = decode_part(arena, raw, name_length);
	pair->value = decode_part(arena, raw + length - (equals == NULL ? 0 : length - name_length - 1),
	    equals == NULL ? 0 : length - name_length - 1);
	if (pair->name == NULL || pair->value == NULL)
		return "The query has a broken escape, a control character, or is not UTF-8.";
	query->count++;
	return NULL;
}

const char *
query_parse(struct arena *arena, const char *raw, struct query *query_r)
{
	const char *fault;

	*query_r = (struct query){ 0 };
	if (*raw == '\0')
		return NULL;
	query_r->pairs = ARENA_ARRAY(arena, QUERY_PAIRS_MAX, struct query_pair);
	for (;;) {
		size_t length = strcspn(raw, "&");

		if (length > 0 && (fault = parse_pair(arena, raw, length, query_r)) != NULL)
			return fault;
		if (raw[length] == '\0')
			return NULL;
		raw += length + 1;
	}
}

const char *
query_value(const struct query *query, const char *name)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->pairs[i].name, name) == 0)
			return query->pairs[i].value;
	return NULL;
}
