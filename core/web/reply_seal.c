/* reply_seal.c -- AES-256-GCM: nonce, ciphertext, tag.  The key is a MAC of the client's key under a secret of ours. */
#include "core/web/reply_seal.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/trust/key.h"

#define PURPOSE    "idempotency.seal"
#define NONCE_SIZE 12
#define TAG_SIZE   16

static void
seal_key(const struct request *req, const uint8_t secret[static KEY_SIZE], uint8_t key_r[static SHA256_SIZE])
{
	hmac_sha256(secret, KEY_SIZE, req->idempotency_key, strlen(req->idempotency_key), key_r);
}

static EVP_CIPHER_CTX *
cipher_new(void)
{
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();

	if (cipher == NULL)
		abort();
	return cipher;
}

struct bytes
reply_seal(struct request *req, struct bytes body)
{
	uint8_t *sealed = arena_alloc(req->arena, NONCE_SIZE + body.length + TAG_SIZE);
	uint8_t secret[KEY_SIZE], key[SHA256_SIZE];
	EVP_CIPHER_CTX *cipher = cipher_new();
	int length;

	key_for(PURPOSE, secret);
	seal_key(req, secret, key);
	env_random(req->env, sealed, NONCE_SIZE);
	if (EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, sealed) != 1 ||
	    EVP_EncryptUpdate(cipher, sealed + NONCE_SIZE, &length, body.data, (int)body.length) != 1 ||
	    EVP_EncryptFinal_ex(cipher, sealed + NONCE_SIZE + length, &length) != 1 ||
	    EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, TAG_SIZE, sealed + NONCE_SIZE + body.length) != 1)
		abort();
	EVP_CIPHER_CTX_free(cipher);
	return (struct bytes){ sealed, NONCE_SIZE + body.length + TAG_SIZE };
}

static bool
open_under(struct request *req, const uint8_t secret[static KEY_SIZE], struct bytes sealed, uint8_t *plain)
{
	const size_t inner = sealed.length - NONCE_SIZE - TAG_SIZE;
	EVP_CIPHER_CTX *cipher = cipher_new();
	uint8_t key[SHA256_SIZE], tag[TAG_SIZE];
	int length;
	bool opened;

	seal_key(req, secret, key);
	memcpy(tag, sealed.data + sealed.length - TAG_SIZE, TAG_SIZE);
	opened = EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, sealed.data) == 1 &&
		 EVP_DecryptUpdate(cipher, plain, &length, sealed.data + NONCE_SIZE, (int)inner) == 1 &&
		 EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, TAG_SIZE, tag) == 1 &&
		 EVP_DecryptFinal_ex(cipher, plain + length, &length) == 1;
	EVP_CIPHER_CTX_free(cipher);
	return opened;
}

bool
reply_unseal(struct request *req, struct bytes sealed, struct bytes *body_r)
{
	uint8_t secrets[SECRETS_MAX][KEY_SIZE], *plain;
	size_t count = key_for_each(PURPOSE, secrets);

	if (sealed.length < NONCE_SIZE + TAG_SIZE)
		return false;
	plain = arena_alloc(req->arena, sealed.length);
	for (size_t i = 0; i < count; i++) {
		if (open_under(req, secrets[i], sealed, plain)) {
			*body_r = (struct bytes){ plain, sealed.length - NONCE_SIZE - TAG_SIZE };
			return true;
		}
	}
	return false;
}
