/*
 * check.h -- whether bytes are JSON by the letter of RFC 8259, before json-c may look at them: UTF-8,
 * no duplicate keys, no U+0000, no lone surrogates, no NaN, no raw control characters, no trailing
 * anything, at most 32 deep.
 */
#ifndef STOA_JSON_CHECK_H
#define STOA_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct json_fault {
	size_t offset;      /* byte at which it went wrong */
	const char *reason; /* "a key appears twice" */
};

#define JSON_DEPTH_MAX 32

bool json_check(struct arena *arena, const char *text, size_t length, struct json_fault *fault_r);

struct json_object;
/* Checked, then parsed by json-c into an object that the arena frees.  NULL: either fault_r->reason says
 * what is wrong, or it is NULL and the text is JSON's null, which json-c shows as NULL. */
struct json_object *json_parse(struct arena *arena, const char *text, size_t length, struct json_fault *fault_r);

#endif
