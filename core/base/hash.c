/*
 * hash.c -- SHA-256, HMAC and HKDF by OpenSSL, whose algorithms are fetched once per process (a fetch costs more than
 * the hash of a short text), and SipHash by hand.  A worker has one thread, so each keeps one context.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "core/base/encode.h"

/* OpenSSL fails here only when it has no memory or no SHA-256: then nothing of ours can be trusted to go on. */
static void
must(bool went_well)
{
	if (!went_well)
		abort();
}

void
sha256(const void *data, size_t length, uint8_t hash_r[static SHA256_SIZE])
{
	static EVP_MD *algorithm;
	static EVP_MD_CTX *context;

	if (context == NULL) {
		must((algorithm = EVP_MD_fetch(NULL, "SHA256", NULL)) != NULL);
		must((context = EVP_MD_CTX_new()) != NULL);
		must(EVP_DigestInit_ex2(context, algorithm, NULL) == 1);
	} else {
		must(EVP_DigestInit_ex2(context, NULL, NULL) == 1);
	}
	must(EVP_DigestUpdate(context, data, length) == 1);
	must(EVP_DigestFinal_ex(context, hash_r, NULL) == 1);
}

static EVP_MAC_CTX *
hmac_context(void)
{
	static EVP_MAC_CTX *context;
	static char digest[] = "SHA256";
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *algorithm;

	if (context != NULL)
		return context;
	must((algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL)) != NULL);
	must((context = EVP_MAC_CTX_new(algorithm)) != NULL);
	must(EVP_MAC_CTX_set_params(context, parameters) == 1);
	return context;
}

void
hmac_sha256(const void *key, size_t key_length, const void *data, size_t length, uint8_t mac_r[static SHA256_SIZE])
{
	/* An empty key must still be one: NULL would mean the last one again. */
	const void *given = key_length > 0 ? key : "";
	EVP_MAC_CTX *context = hmac_context();
	size_t written;

	must(EVP_MAC_init(context, given, key_length, NULL) == 1);
	must(length == 0 || EVP_MAC_update(context, data, length) == 1);
	must(EVP_MAC_final(context, mac_r, &written, SHA256_SIZE) == 1 && written == SHA256_SIZE);
}

/* Extract with a salt of zeroes, then expand: block i is HMAC(block i-1, purpose, i). */
void
derive_key(const void *secret, size_t secret_length, const char *purpose, void *key_r, size_t key_length)
{
	static const uint8_t salt[SHA256_SIZE];
	size_t purpose_length = strlen(purpose), done = 0, part, before = 0;
	uint8_t extracted[SHA256_SIZE], block[SHA256_SIZE], input[SHA256_SIZE + 256 + 1];
	uint8_t counter = 0;

	must(purpose_length <= 256 && key_length <= 255 * SHA256_SIZE);
	hmac_sha256(salt, sizeof(salt), secret, secret_length, extracted);
	while (done < key_length) {
		memcpy(input, block, before);
		memcpy(input + before, purpose, purpose_length);
		input[before + purpose_length] = ++counter;
		hmac_sha256(extracted, sizeof(extracted), input, before + purpose_length + 1, block);
		before = sizeof(block);
		part = key_length - done < sizeof(block) ? key_length - done : sizeof(block);
		memcpy((uint8_t *)key_r + done, block, part);
		done += part;
	}
	OPENSSL_cleanse(extracted, sizeof(extracted));
	OPENSSL_cleanse(block, sizeof(block));
	OPENSSL_cleanse(input, sizeof(input));
}

struct sip {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t
rotate(uint64_t value, unsigned by)
{
	return value << by | value >> (64 - by);
}

static inline void
sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void
sip_word(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	sip_round(s);
	s->v0 ^= word;
}

/* Little endian on every machine, so that a fingerprint may be stored. */
static inline uint64_t
load64(const uint8_t *bytes)
{
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? __builtin_bswap64(word) : word;
}

uint64_t
hash64(const uint8_t key[static 16], const void *data, size_t length)
{
	const uint8_t *at = data;
	uint64_t k0 = load64(key), k1 = load64(key + 8), last = (uint64_t)length << 56;
	struct sip s = {
		.v0 = k0 ^ UINT64_C(0x736f6d6570736575),
		.v1 = k1 ^ UINT64_C(0x646f72616e646f6d),
		.v2 = k0 ^ UINT64_C(0x6c7967656e657261),
		.v3 = k1 ^ UINT64_C(0x7465646279746573),
	};

	for (size_t words = length / 8; words > 0; words--, at += 8)
		sip_word(&s, load64(at));
	for (size_t i = 0; i < length % 8; i++)
		last |= (uint64_t)at[i] << (8 * i);
	sip_word(&s, last);
	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
