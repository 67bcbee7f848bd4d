/*
 * ini.h -- an INI file, line by line.
 *
 *	# a comment, or ; a comment
 *	[section]
 *	key = value            ; a comment behind a space
 *	key = "a value # with anything in it, \" and \\ too"
 */
#ifndef STOA_CONFIG_INI_H
#define STOA_CONFIG_INI_H

#include <stddef.h>

struct arena;

struct ini {
	struct arena *arena;
	const char *at;
	const char *end;
	unsigned line;
};

enum ini_kind { INI_END, INI_SECTION, INI_PAIR, INI_FAULT };

/* Texts are in the arena. */
struct ini_line {
	enum ini_kind kind;
	unsigned line;
	const char *name;   /* of the section, or the key */
	const char *value;  /* of a pair */
	const char *reason; /* of a fault, for a person: "has no closing ]" */
};

void ini_init(struct ini *ini, struct arena *arena, const char *text, size_t length);
/* Goes on after a fault, so that all of them can be told at once. */
struct ini_line ini_next(struct ini *ini);

#endif
