/* token_signature.c -- signatures between JWS and OpenSSL. */
#include "core/trust/token_signature.h"

#include <string.h>

#include "core/base/encode.h"

#define HALF         (SIGNATURE_SIZE / 2)
#define DER_SEQUENCE 0x30
#define DER_INTEGER  0x02

/* One INTEGER from the front of *der; everything in P-256 is shorter than 128 bytes, so lengths are one byte. */
static bool
integer_read(const uint8_t **der, size_t *left, uint8_t half_r[static HALF])
{
	const uint8_t *at = *der;
	size_t length;

	if (*left < 3 || at[0] != DER_INTEGER || at[1] == 0 || at[1] > HALF + 1 || (size_t)at[1] + 2 > *left)
		return false;
	length = at[1];
	*der += length + 2;
	*left -= length + 2;
	at += 2;
	if ((at[0] & 0x80) != 0)
		return false;
	if (at[0] == 0) {
		/* A zero in front is there to keep a high bit positive, or it is not there. */
		if (length == 1 || (at[1] & 0x80) == 0)
			return false;
		at++;
		length--;
	}
	if (length > HALF)
		return false;
	memset(half_r, 0, HALF);
	memcpy(half_r + HALF - length, at, length);
	return true;
}

bool
signature_from_der(const uint8_t *der, size_t length, uint8_t raw_r[static SIGNATURE_SIZE])
{
	if (length < 2 || der[0] != DER_SEQUENCE || der[1] != length - 2 || length > SIGNATURE_DER_MAX)
		return false;
	der += 2;
	length -= 2;
	return integer_read(&der, &length, raw_r) && integer_read(&der, &length, raw_r + HALF) && length == 0;
}

static size_t
integer_write(const uint8_t *half, uint8_t *out)
{
	size_t skip = 0, pad;

	while (skip < HALF && half[skip] == 0)
		skip++;
	if (skip == HALF)
		return 0;
	pad = (half[skip] & 0x80) != 0 ? 1 : 0;
	out[0] = DER_INTEGER;
	out[1] = (uint8_t)(HALF - skip + pad);
	out[2] = 0;
	memcpy(out + 2 + pad, half + skip, HALF - skip);
	return 2 + pad + HALF - skip;
}

size_t
signature_to_der(const uint8_t raw[static SIGNATURE_SIZE], uint8_t der_r[static SIGNATURE_DER_MAX])
{
	size_t r = integer_write(raw, der_r + 2);
	size_t s = r == 0 ? 0 : integer_write(raw + HALF, der_r + 2 + r);

	if (s == 0)
		return 0;
	der_r[0] = DER_SEQUENCE;
	der_r[1] = (uint8_t)(r + s);
	return 2 + r + s;
}

/* Setting one up costs half of what signing does, so the last one is kept; it holds its key. */
static EVP_PKEY_CTX *
signer_for(EVP_PKEY *key)
{
	static EVP_PKEY_CTX *signer;

	if (signer != NULL && EVP_PKEY_CTX_get0_pkey(signer) == key)
		return signer;
	EVP_PKEY_CTX_free(signer);
	if ((signer = EVP_PKEY_CTX_new(key, NULL)) != NULL && EVP_PKEY_sign_init(signer) != 1) {
		EVP_PKEY_CTX_free(signer);
		signer = NULL;
	}
	return signer;
}

bool
signature_make(EVP_PKEY *key, const void *data, size_t length, uint8_t raw_r[static SIGNATURE_SIZE])
{
	EVP_PKEY_CTX *signer = signer_for(key);
	uint8_t der[SIGNATURE_DER_MAX], hash[SHA256_SIZE];
	size_t der_length = sizeof(der);

	sha256(data, length, hash);
	return signer != NULL && EVP_PKEY_sign(signer, der, &der_length, hash, sizeof(hash)) == 1 &&
	       signature_from_der(der, der_length, raw_r);
}

bool
signature_check(EVP_PKEY *key, const void *data, size_t length, const uint8_t raw[static SIGNATURE_SIZE])
{
	uint8_t der[SIGNATURE_DER_MAX];
	size_t der_length = signature_to_der(raw, der);
	EVP_MD_CTX *digest;
	bool well;

	if (der_length == 0 || (digest = EVP_MD_CTX_new()) == NULL)
		return false;
	well = EVP_DigestVerifyInit(digest, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestVerify(digest, der, der_length, data, length) == 1;
	EVP_MD_CTX_free(digest);
	return well;
}
