/* issuer_key.h -- one key of somebody's key set (RFC 7517, 7518). */
#ifndef STOA_TRUST_ISSUER_KEY_H
#define STOA_TRUST_ISSUER_KEY_H

#include <openssl/evp.h>
#include <stdbool.h>

#include "core/base/value.h"

struct arena;
struct json_object;

/* NULL with *unknown_r false: the set itself is wrong, or its key is not one for this algorithm. */
EVP_PKEY *issuer_key(struct arena *arena, struct json_object *set, const char *kid, const char *alg, bool *unknown_r);
bool issuer_signature_holds(EVP_PKEY *key, const char *alg, struct bytes text, struct bytes signature);

#endif
