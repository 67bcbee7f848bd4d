/* token_pair.c -- making a P-256 key pair, and what names it: the thumbprint of RFC 7638. */
#include "core/trust/token_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/x509.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/trust/key.h"

#define POINT_SIZE 65 /* 4 | x | y */
#define HALF_SIZE  32

bool
key_coordinates(struct arena *arena, EVP_PKEY *key, const char **x_r, const char **y_r)
{
	uint8_t point[POINT_SIZE + 1];
	char group[32];
	size_t length;

	if (!EVP_PKEY_is_a(key, "EC") || EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) != 1 ||
	    strcmp(group, "prime256v1") != 0)
		return false;
	if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &length) != 1 ||
	    length != POINT_SIZE || point[0] != POINT_CONVERSION_UNCOMPRESSED)
		return false;
	*x_r = base64url_encode(arena, point + 1, HALF_SIZE);
	*y_r = base64url_encode(arena, point + 1 + HALF_SIZE, HALF_SIZE);
	return true;
}

bool
key_thumbprint(struct arena *arena, EVP_PKEY *key, char kid_r[static KID_SIZE])
{
	uint8_t hash[SHA256_SIZE];
	const char *x, *y, *text;

	if (!key_coordinates(arena, key, &x, &y))
		return false;
	text = arena_format(arena, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", x, y);
	sha256(text, strlen(text), hash);
	memcpy(kid_r, base64url_encode(arena, hash, sizeof(hash)), KID_SIZE);
	return true;
}

/* i2d_...() with a NULL pointer allocates; the arena frees it. */
static void
release(void *der)
{
	OPENSSL_free(der);
}

static bool
der_of(struct arena *arena, EVP_PKEY *key, int (*encode)(const EVP_PKEY *, unsigned char **), struct bytes *der_r)
{
	unsigned char *der = NULL;
	int length = encode(key, &der);

	if (length <= 0)
		return false;
	arena_defer(arena, release, der);
	*der_r = (struct bytes){ .data = der, .length = (size_t)length };
	return true;
}

static int
encode_private(const EVP_PKEY *key, unsigned char **der)
{
	return i2d_PrivateKey(key, der);
}

static int
encode_public(const EVP_PKEY *key, unsigned char **der)
{
	return i2d_PUBKEY(key, der);
}

bool
key_parts_make(struct arena *arena, const struct env *env, struct key_parts *parts_r)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct bytes plain;
	bool well;

	if (key == NULL)
		return false;
	well = key_thumbprint(arena, key, parts_r->kid) && der_of(arena, key, encode_public, &parts_r->public_part) &&
	       der_of(arena, key, encode_private, &plain);
	if (well) {
		parts_r->private_part = seal(arena, env, arena_format(arena, "core.key:%s", parts_r->kid), plain);
		OPENSSL_cleanse((void *)(uintptr_t)plain.data, plain.length);
	}
	EVP_PKEY_free(key);
	return well;
}
