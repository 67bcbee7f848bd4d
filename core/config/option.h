/*
 * option.h -- the rows of option.def as data, and which sections there are.  For this room and its tests.
 *
 * A new section is: its macro and rows in option.def, its struct in config.h and a member of struct config, and one
 * row of `sections` in section.c.
 */
#ifndef STOA_CONFIG_OPTION_H
#define STOA_CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arena;
struct config;
struct house;

enum option_type {
	OPTION_TEXT,
	OPTION_SECRET,
	OPTION_CHOICE,
	OPTION_WORDS,
	OPTION_FLAG,
	OPTION_NUMBER,
	OPTION_SECONDS,
	OPTION_BYTES,
	OPTION_RATE,
};

struct option {
	const char *key;
	enum option_type type;
	const char *fallback;
	int64_t min, max;    /* max 0: what the type can hold */
	const char *choices; /* of CHOICE, separated by spaces; an empty fallback may stay empty */
	bool restart;
	const char *says;
	size_t offset; /* in the section's struct */
};

struct section {
	const char *name; /* "global"; of a repeated one what stands before the dot: "pool" */
	const char *says;
	const struct option *options;
	size_t option_count;
	size_t size;
	size_t offset; /* in struct config: of the struct, or, repeated, of the pointer to the array */
	/* Repeated, [name.NAME]: each struct begins with `const char *name`. */
	bool repeated;
	size_t count_offset; /* of the array's length, a size_t */
	bool of_pools;       /* there is one for each pool of the house; otherwise one for each that the file names */
};

extern const struct section config_sections[];
extern const size_t config_section_count;

/* One setting of one section as it is in force. */
struct config_origin {
	const struct section *section;
	const char *section_name; /* "global", "pool.ops" */
	const struct option *option;
	void *value;      /* its member */
	const char *text; /* as it was written */
	const char *file; /* NULL: not from a file */
	unsigned line;
	const char *variable; /* NULL: not from the environment */
	const char *secret_file;
	bool derived; /* nobody wrote it; it follows from other settings */
};

/* False: `text` is not what the option wants, and option_wants says what that is ("a whole number from 0 to 10000"). */
bool option_parse(struct arena *arena, const struct option *option, const char *text, void *value);
const char *option_wants(struct arena *arena, const struct option *option);
/* The value as the file would have it. */
const char *option_print(struct arena *arena, const struct option *option, const void *value);
/* "stoa.conf:12", "STOA__GLOBAL__LOG", "default", "derived" */
const char *origin_text(struct arena *arena, const struct config_origin *origin);
/* The one of `names` (ending with NULL) that was probably meant, or NULL. */
const char *nearest_name(const char *name, const char *const *names);
/* "STOA__POOL_OPS__PM_MAX_CHILDREN" */
const char *variable_name(struct arena *arena, const char *section_name, const char *key);

/* Where faults are told, a line each. */
struct complaints {
	FILE *out;
	size_t count;
};
void complain(struct complaints *complaints, const char *format, ...) __attribute__((format(printf, 2, 3)));

struct config_origin *config_origin(const struct config *config, const char *section_name, const char *key);
/* Fills in what follows from other settings, and tells what does not go together. */
void config_resolve(
    struct arena *arena, struct config *config, const struct house *house, struct complaints *complaints);

#endif
