/*
 * secret.h -- the master secrets as they stand in secret_key_file, newest first: `id:base64`, a line each.
 * Only the rooms' own files speak of them; everybody else asks key.h for a key derived from one.
 */
#ifndef STOA_TRUST_SECRET_H
#define STOA_TRUST_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "core/trust/key.h"

struct arena;
struct bytes;
struct env;

#define SECRET_ID_SIZE 4 /* bytes; eight hexadecimal digits in the file */

struct secret {
	uint8_t id[SECRET_ID_SIZE];
	uint8_t bytes[KEY_SIZE];
};

struct secrets {
	struct secret items[SECRETS_MAX];
	size_t count;
};

/* What is wrong goes to `complaints`, a line with the file's name in it. */
bool secrets_read(struct arena *arena, const char *path, struct secrets *secrets_r, FILE *complaints);
/* Makes the file (it must not be there yet), or with `add` puts a newer secret in front of the others. */
bool secrets_make(struct arena *arena, const struct env *env, const char *path, bool add, FILE *complaints);

/* NULL: no secret of this id is at hand.  Before key_open there are none at all. */
const struct secret *secret_by_id(const uint8_t id[static SECRET_ID_SIZE]);
const struct secret *secret_newest(void);

#endif
