/* token_cache.h -- tokens that this worker has verified, by their SHA-256, until they expire. */
#ifndef STOA_TRUST_TOKEN_CACHE_H
#define STOA_TRUST_TOKEN_CACHE_H

#include <stdbool.h>

#include "core/base/encode.h"
#include "core/trust/token.h"

struct arena;

bool token_cache_find(
    struct arena *arena, const uint8_t hash[static SHA256_SIZE], struct instant now, struct token *token_r);
/* `until`: when it must be judged again; its expiry, or sooner. */
void token_cache_keep(
    const uint8_t hash[static SHA256_SIZE], const struct token *token, struct instant until, struct instant now);
/* When a key is no longer believed, neither is what it signed. */
void token_cache_clear(void);

#endif
