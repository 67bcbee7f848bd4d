/*
 * seal.c -- AES-256-GCM for what must be kept and read again.
 *
 *	version (1) | id of the secret (4) | nonce (12) | ciphertext | tag (16)
 *
 * Nonces are random: with 96 bits of them one secret may seal 2^32 values before a repeat is likelier than
 * 2^-32 (NIST SP 800-38D, 8.3), far above what a house keeps.  The context is authenticated, not stored.
 */
#include "core/trust/key.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/trust/secret.h"

#define SEAL_VERSION 1
#define NONCE_SIZE   12
#define TAG_SIZE     16
#define HEAD_SIZE    (1 + SECRET_ID_SIZE)
#define SEAL_SIZE    (HEAD_SIZE + NONCE_SIZE + TAG_SIZE)
#define SEALED_MAX   (1 << 24)

/* The head is authenticated with the context, so that neither version nor id can be exchanged. */
static bool
cipher_begin(
    EVP_CIPHER_CTX *cipher, const struct secret *secret, const uint8_t *head, const char *context, bool sealing)
{
	uint8_t key[KEY_SIZE];
	int written, way = sealing ? 1 : 0;
	bool well;

	derive_key(secret->bytes, KEY_SIZE, "seal", key, KEY_SIZE);
	well = EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, head + HEAD_SIZE, way) == 1 &&
	       EVP_CipherUpdate(cipher, NULL, &written, head, HEAD_SIZE) == 1 &&
	       EVP_CipherUpdate(cipher, NULL, &written, (const uint8_t *)context, (int)strlen(context)) == 1;
	OPENSSL_cleanse(key, sizeof(key));
	return well;
}

static void
must(bool well)
{
	if (well)
		return;
	fputs("stoad: OpenSSL cannot seal\n", stderr);
	abort();
}

struct bytes
seal(struct arena *arena, const struct env *env, const char *context, struct bytes plain)
{
	const struct secret *secret = secret_newest();
	uint8_t *out = arena_alloc(arena, SEAL_SIZE + plain.length);
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	int written = 0, rest = 0;
	uint8_t *text = out + HEAD_SIZE + NONCE_SIZE;

	must(secret != NULL && cipher != NULL && plain.length <= SEALED_MAX);
	out[0] = SEAL_VERSION;
	memcpy(out + 1, secret->id, SECRET_ID_SIZE);
	env_random(env, out + HEAD_SIZE, NONCE_SIZE);
	must(cipher_begin(cipher, secret, out, context, true));
	if (plain.length > 0)
		must(EVP_CipherUpdate(cipher, text, &written, plain.data, (int)plain.length) == 1);
	must(EVP_CipherFinal_ex(cipher, text + written, &rest) == 1);
	must(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, text + plain.length) == 1);
	EVP_CIPHER_CTX_free(cipher);
	return (struct bytes){ .data = out, .length = SEAL_SIZE + plain.length };
}

static const struct secret *
sealed_under(struct bytes sealed)
{
	if (sealed.length < SEAL_SIZE || sealed.length > SEAL_SIZE + SEALED_MAX || sealed.data[0] != SEAL_VERSION)
		return NULL;
	return secret_by_id(sealed.data + 1);
}

bool
unseal(struct arena *arena, const char *context, struct bytes sealed, struct bytes *plain_r)
{
	const struct secret *secret = sealed_under(sealed);
	size_t length = sealed.length - SEAL_SIZE;
	const uint8_t *text = sealed.data + HEAD_SIZE + NONCE_SIZE;
	uint8_t tag[TAG_SIZE], *plain;
	EVP_CIPHER_CTX *cipher;
	int written = 0, rest = 0;
	bool well;

	*plain_r = (struct bytes){ .data = NULL, .length = 0 };
	if (secret == NULL)
		return false;
	must((cipher = EVP_CIPHER_CTX_new()) != NULL);
	plain = arena_alloc(arena, length + 1);
	memcpy(tag, text + length, TAG_SIZE);
	well = cipher_begin(cipher, secret, sealed.data, context, false) &&
	       (length == 0 || EVP_CipherUpdate(cipher, plain, &written, text, (int)length) == 1) &&
	       EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) == 1 &&
	       EVP_CipherFinal_ex(cipher, plain + written, &rest) == 1;
	EVP_CIPHER_CTX_free(cipher);
	if (!well) {
		OPENSSL_cleanse(plain, length);
		return false;
	}
	*plain_r = (struct bytes){ .data = plain, .length = length };
	return true;
}

bool
seal_is_old(struct bytes sealed)
{
	const struct secret *secret = sealed_under(sealed);

	return secret != NULL && secret != secret_newest();
}
