/*
 * token_signature.h -- ES256: ECDSA over P-256 with SHA-256, as JWS writes it (RFC 7518 section 3.4): r and s,
 * 32 bytes each.  OpenSSL wants DER; the way there and back is done here and is strict.
 */
#ifndef STOA_TRUST_TOKEN_SIGNATURE_H
#define STOA_TRUST_TOKEN_SIGNATURE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIGNATURE_SIZE    64
#define SIGNATURE_DER_MAX 72

bool signature_make(EVP_PKEY *key, const void *data, size_t length, uint8_t raw_r[static SIGNATURE_SIZE]);
bool signature_check(EVP_PKEY *key, const void *data, size_t length, const uint8_t raw[static SIGNATURE_SIZE]);

/* False for anything but two positive integers of at most 32 bytes in their shortest form, and nothing behind. */
bool signature_from_der(const uint8_t *der, size_t length, uint8_t raw_r[static SIGNATURE_SIZE]);
/* How many bytes it took; 0: r or s is zero. */
size_t signature_to_der(const uint8_t raw[static SIGNATURE_SIZE], uint8_t der_r[static SIGNATURE_DER_MAX]);

#endif
