/*
 * token_key.h -- the keys that sign tokens, parsed once.  They are rows of core.key with the purpose "token", read when
 * a worker needs them first, again when a token names one that it does not know, and every other minute.
 *
 * A new key is published before it signs: for PUBLISH_AHEAD after it was made only its public half is
 * used, so that whoever caches the key set has it before the first token that needs it.
 */
#ifndef STOA_TRUST_TOKEN_KEY_H
#define STOA_TRUST_TOKEN_KEY_H

#include <openssl/evp.h>

#include "core/trust/token_judge.h"

#define TOKEN_KEYS_MAX    16
#define KEY_PUBLISH_AHEAD (900 * SECOND)
/* A key signs nothing that would outlive it. */
#define KEY_LAST_TOKEN (900 * SECOND)

struct token_key {
	char kid[KID_SIZE];
	EVP_PKEY *public_half;
	EVP_PKEY *private_half; /* NULL: its seal did not open; it can only check */
	struct instant created;
	struct instant retires; /* INSTANT_MAX: no end is known */
};

/* NULL with *key_r NULL: there is no such key.  A problem: PostgreSQL could not be asked. */
const struct problem *token_key_find(struct request *req, const char *kid, const struct token_key **key_r);
/* The one to sign with; makes the first one. */
const struct problem *token_key_for_signing(struct request *req, const struct token_key **key_r);
/* All that are believed or will be. */
const struct problem *token_keys(struct request *req, const struct token_key **keys_r, size_t *count_r);

/*
 * Other purposes have keys of their own, which sign so rarely that they are read each time: the newest that may sign; the
 * first one is made.  It lives as long as the request's arena.
 */
const struct problem *signing_key_read(struct request *req, const char *purpose, const struct token_key **key_r);

/* One row of core.key.  False: its kid is not the thumbprint of its key, so somebody else has put it there. */
struct key_list_row;
bool key_parse(struct request *req, const struct key_list_row *row, struct token_key *key_r);
void key_forget(struct token_key *key);
/* In whatever transaction is open; when somebody else was faster, theirs is the first. */
const struct problem *key_make_first(struct request *req, const char *purpose);

/* The parts of a key, as they are kept in core.key and published. */
struct key_parts {
	char kid[KID_SIZE];
	struct bytes public_part;  /* SubjectPublicKeyInfo */
	struct bytes private_part; /* sealed */
};
bool key_parts_make(struct arena *arena, const struct env *env, struct key_parts *parts_r);
/* {"kty":"EC","crv":"P-256","x":...,"y":...} has these two; false: it is no key of P-256. */
bool key_coordinates(struct arena *arena, EVP_PKEY *key, const char **x_r, const char **y_r);
bool key_thumbprint(struct arena *arena, EVP_PKEY *key, char kid_r[static KID_SIZE]);

#endif
