/*
 * api_key.h -- the text of an API key: `stoa_ID_SECRET`, both in hexadecimal, of which the database has the id and the
 * SHA-256 of the secret.  The secret is 32 random bytes, so a plain hash is enough.
 */
#ifndef STOA_TRUST_API_KEY_H
#define STOA_TRUST_API_KEY_H

#include <stdbool.h>

#include "core/base/value.h"

struct request;

#define API_KEY_PREFIX "stoa_"

struct api_key {
	struct uuid id;
	struct bytes hash;
	/* What the worker remembers its rights under: only who knows the secret can name it. */
	struct uuid remembered;
	bool use_is_old; /* its last use was written down more than a minute ago */
};

bool api_key_parse(struct request *req, const char *text, struct api_key *key_r);
/* A new secret for this id. */
const char *api_key_make(struct request *req, struct uuid id, struct api_key *key_r);

#endif
