/*
 * encode.h -- bytes as text and back: hexadecimal, base64 and base64url without padding (RFC 4648),
 * and the hashes that the house uses.  Decoding is strict: no white space, no other alphabet, no
 * leftover bits, so one value has one text.
 */
#ifndef STOA_BASE_ENCODE_H
#define STOA_BASE_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/value.h"

struct arena;

char *hex_encode(struct arena *arena, const void *data, size_t length);
bool hex_decode(struct arena *arena, const char *text, struct bytes *bytes_r);
char *base64_encode(struct arena *arena, const void *data, size_t length);
bool base64_decode(struct arena *arena, const char *text, size_t length, struct bytes *bytes_r);
char *base64url_encode(struct arena *arena, const void *data, size_t length);
bool base64url_decode(struct arena *arena, const char *text, size_t length, struct bytes *bytes_r);

#define SHA256_SIZE 32
void sha256(const void *data, size_t length, uint8_t hash_r[static SHA256_SIZE]);
void hmac_sha256(const void *key, size_t key_length, const void *data, size_t length, uint8_t mac_r[static SHA256_SIZE]);
/* RFC 5869 with an empty salt: one secret gives a key of its own to each purpose. */
void derive_key(const void *secret, size_t secret_length, const char *purpose, void *key_r, size_t key_length);
/* A fast keyed hash (SipHash-2-4) for tables and fingerprints; not for signatures. */
uint64_t hash64(const uint8_t key[static 16], const void *data, size_t length);

#endif
