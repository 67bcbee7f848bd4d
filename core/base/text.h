/*
 * text.h -- what may be asked of text.  All text in the house is UTF-8 without NUL; length means code
 * points, as a person counts, and never bytes.
 */
#ifndef STOA_BASE_TEXT_H
#define STOA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool text_is_utf8(const void *data, size_t length);
/* How many bytes the well-formed character at `at` has, of the `left` (> 0) that are there; 0: it is not well-formed. */
size_t text_character(const unsigned char *at, size_t left);
size_t text_length(const char *text);
bool text_equal(const char *a, const char *b);
bool text_starts_with(const char *text, const char *prefix);
/* Takes time that depends on `length` alone: for secrets. */
bool text_equal_secret(const void *a, const void *b, size_t length);
/* The shape of an address (RFC 5321's local@domain, lengths included, with RFC 6531's characters), not whether it
 * exists.  Quoted local parts ("a b"@example.com) and address literals are refused. */
bool text_is_email(const char *text);
/* ASCII whitespace at both ends is cut off, in place. */
char *text_trim(char *text);
/* "a, b,c" at `separator` into a NULL-terminated array; parts are trimmed, empty ones left out. */
char **text_split(struct arena *arena, const char *text, char separator);

#endif
