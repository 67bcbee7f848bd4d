/* issuer_key.c -- keys out of a JWK set.  What a key says it is for must be what it is used for. */
#include "core/trust/issuer_key.h"

#include <json-c/json.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/trust/token_signature.h"

#define RSA_LEAST  256 /* bytes of modulus: 2048 bits */
#define RSA_MOST   1024
#define COORDINATE 32

static const char *
member(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static bool
is_or_absent(struct json_object *key, const char *name, const char *wanted)
{
	const char *text = member(key, name);

	return json_object_object_get_ex(key, name, NULL) ? text != NULL && strcmp(text, wanted) == 0 : true;
}

static bool
number_of(struct arena *arena, struct json_object *key, const char *name, struct bytes *bytes_r)
{
	const char *text = member(key, name);

	return text != NULL && base64url_decode(arena, text, strlen(text), bytes_r) && bytes_r->length > 0;
}

static void
release(void *key)
{
	EVP_PKEY_free(key);
}

static EVP_PKEY *
key_make(struct arena *arena, const char *kind, OSSL_PARAM_BLD *builder)
{
	OSSL_PARAM *parameters = OSSL_PARAM_BLD_to_param(builder);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
	EVP_PKEY *key = NULL;

	if (parameters == NULL || context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(parameters);
	if (key != NULL)
		arena_defer(arena, release, key);
	return key;
}

static EVP_PKEY *
rsa_key(struct arena *arena, struct json_object *jwk)
{
	OSSL_PARAM_BLD *builder;
	struct bytes n, e;
	BIGNUM *modulus, *exponent;
	EVP_PKEY *key = NULL;

	if (!number_of(arena, jwk, "n", &n) || !number_of(arena, jwk, "e", &e) || n.length < RSA_LEAST ||
	    n.length > RSA_MOST || n.data[0] == 0 || e.length > 4 || (e.data[e.length - 1] & 1) == 0 ||
	    (e.length == 1 && e.data[0] == 1))
		return NULL;
	builder = OSSL_PARAM_BLD_new();
	modulus = BN_bin2bn(n.data, (int)n.length, NULL);
	exponent = BN_bin2bn(e.data, (int)e.length, NULL);
	if (OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
	    OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1)
		key = key_make(arena, "RSA", builder);
	OSSL_PARAM_BLD_free(builder);
	BN_free(modulus);
	BN_free(exponent);
	return key;
}

static EVP_PKEY *
ec_key(struct arena *arena, struct json_object *jwk)
{
	uint8_t point[1 + 2 * COORDINATE] = { 4 }; /* uncompressed */
	const char *curve = member(jwk, "crv");
	OSSL_PARAM_BLD *builder;
	EVP_PKEY *key = NULL;
	struct bytes x, y;

	if (curve == NULL || strcmp(curve, "P-256") != 0 || !number_of(arena, jwk, "x", &x) ||
	    !number_of(arena, jwk, "y", &y) || x.length != COORDINATE || y.length != COORDINATE)
		return NULL;
	memcpy(point + 1, x.data, COORDINATE);
	memcpy(point + 1 + COORDINATE, y.data, COORDINATE);
	builder = OSSL_PARAM_BLD_new();
	if (OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) == 1)
		key = key_make(arena, "EC", builder);
	OSSL_PARAM_BLD_free(builder);
	return key;
}

static EVP_PKEY *
key_for_algorithm(struct arena *arena, struct json_object *jwk, const char *alg)
{
	const char *kind = member(jwk, "kty");
	const bool rsa = strcmp(alg, "RS256") == 0;

	if (kind == NULL || strcmp(kind, rsa ? "RSA" : "EC") != 0 || !is_or_absent(jwk, "use", "sig") ||
	    !is_or_absent(jwk, "alg", alg))
		return NULL;
	return rsa ? rsa_key(arena, jwk) : ec_key(arena, jwk);
}

EVP_PKEY *
issuer_key(struct arena *arena, struct json_object *set, const char *kid, const char *alg, bool *unknown_r)
{
	struct json_object *keys, *found = NULL;

	*unknown_r = false;
	if (!json_object_object_get_ex(set, "keys", &keys) || !json_object_is_type(keys, json_type_array))
		return NULL;
	for (size_t i = 0; i < json_object_array_length(keys); i++) {
		struct json_object *jwk = json_object_array_get_idx(keys, i);
		const char *name = json_object_is_type(jwk, json_type_object) ? member(jwk, "kid") : NULL;

		if (name == NULL || strcmp(name, kid) != 0)
			continue;
		if (found != NULL) /* which of the two is meant is anybody's choice */
			return NULL;
		found = jwk;
	}
	*unknown_r = found == NULL;
	return found == NULL ? NULL : key_for_algorithm(arena, found, alg);
}

bool
issuer_signature_holds(EVP_PKEY *key, const char *alg, struct bytes text, struct bytes signature)
{
	EVP_MD_CTX *context;
	bool holds;

	if (strcmp(alg, "ES256") == 0)
		return signature.length == SIGNATURE_SIZE &&
		       signature_check(key, text.data, text.length, signature.data);
	if ((context = EVP_MD_CTX_new()) == NULL)
		return false;
	holds = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		EVP_DigestVerify(context, signature.data, signature.length, text.data, text.length) == 1;
	EVP_MD_CTX_free(context);
	return holds;
}
