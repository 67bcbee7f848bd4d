/*
 * totp.h -- codes of an authenticator (RFC 6238): SHA-1, six digits, thirty seconds, as every authenticator has it.
 * Pure functions; what was accepted before, and how often somebody may try, is the area auth's.
 */
#ifndef STOA_TRUST_TOTP_H
#define STOA_TRUST_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/value.h"

struct arena;

#define TOTP_SECRET_SIZE 20
#define TOTP_DIGITS      6

/* The code of a step: steps of thirty seconds since 1970. */
uint32_t totp_code(struct bytes secret, int64_t step);
/* Whether it is the code of now, the step before or the one after, and of a later step than `last`. */
bool totp_match(struct bytes secret, struct instant now, int64_t last, const char *code, int64_t *step_r);

/* RFC 4648 without padding, as authenticators take secrets. */
const char *base32_encode(struct arena *arena, struct bytes bytes);

#endif
