/* migration.h -- the files of schema/: reading them, telling whether one has changed, and taking one apart. */
#ifndef STOA_DB_MIGRATION_H
#define STOA_DB_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct arena;

struct migration {
	const char *name; /* "0001_core_roles.sql" */
	const char *text;
	const char *checksum;    /* SHA-256, hexadecimal */
	bool no_transaction;     /* its first line says so: statement by statement, resumable */
	const char **statements; /* of that kind; NULL-terminated */
	size_t statement_count;
};

struct migrations {
	struct migration *items; /* in order of their names */
	size_t count;
};

/* False after saying on `complaints` what cannot be read or is named wrongly. */
bool migrations_read(struct arena *arena, const char *folder, struct migrations *migrations_r, FILE *complaints);
const struct migration *migrations_find(const struct migrations *migrations, const char *name);
const char *migration_checksum(struct arena *arena, const char *text, size_t length);
/* Of the first `count` statements: what a half-done file must not change any more. */
const char *migration_checksum_of(struct arena *arena, const struct migration *migration, size_t count);

/* SQL at its semicolons, which are left out, as are comments in front; strings and dollar quotes are not looked into.
 */
const char **sql_split(struct arena *arena, const char *text, size_t *count_r);

#endif
