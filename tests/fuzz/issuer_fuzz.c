/*
 * issuer_fuzz.c -- somebody else's token and key set.  The first byte says whose is what:
 *
 *	0  a token, and the key set from the next line on: both are a stranger's
 *	1  a header, and claims from the next line on, signed by a key that the set has: so the claims are looked at
 *	2  the same as an access token
 *	3  a header, and a key set from the next line on, with a signature that no key made
 *
 * What is taken must be as the header of issuer.h says.
 */
#include <openssl/ec.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/text.h"
#include "core/trust/issuer.h"
#include "core/trust/token_judge.h"
#include "core/trust/token_key.h"
#include "core/trust/token_signature.h"

#define ISSUER   "https://issuer.example"
#define AUDIENCE "us"
#define NOW      (INT64_C(2000000000) * SECOND)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool well)
{
	if (!well)
		abort();
}

/* What stands before the first line's end, and what behind it. */
static void
split(struct bytes whole, struct bytes *first_r, struct bytes *rest_r)
{
	const uint8_t *end = whole.length > 0 ? memchr(whole.data, '\n', whole.length) : NULL;
	const size_t length = end == NULL ? whole.length : (size_t)(end - whole.data);

	*first_r = (struct bytes){ whole.data, length };
	*rest_r = end == NULL ? (struct bytes){ whole.data, 0 } : (struct bytes){ end + 1, whole.length - length - 1 };
}

static void
judge(struct arena *arena, const char *token, struct bytes jwks, bool access_token)
{
	const struct issuer_wants wants = {
		.issuer = ISSUER, .audience = AUDIENCE, .access_token = access_token, .now = { NOW }
	};
	struct issuer_claims claims;
	const char *reason;
	bool unknown;

	issuer_claims_to_be(arena, token, ISSUER);
	reason = issuer_judge(arena, token, jwks, &wants, &claims, &unknown);
	if (unknown)
		must(reason != NULL);
	if (reason != NULL)
		return;
	must(issuer_claims_to_be(arena, token, ISSUER));
	must(claims.subject != NULL && *claims.subject != '\0' && strlen(claims.subject) <= 255);
	must(claims.expires.micros > NOW);
	must(claims.email == NULL || text_is_email(claims.email));
}

static EVP_PKEY *
our_key(void)
{
	static EVP_PKEY *key;

	if (key == NULL && (key = EVP_EC_gen("P-256")) == NULL)
		abort();
	return key;
}

static const char *
signed_text(struct arena *arena, struct bytes header, struct bytes claims)
{
	uint8_t signature[SIGNATURE_SIZE];
	const char *text = arena_format(arena, "%s.%s", base64url_encode(arena, header.data, header.length),
	    base64url_encode(arena, claims.data, claims.length));

	must(signature_make(our_key(), text, strlen(text), signature));
	return arena_format(arena, "%s.%s", text, base64url_encode(arena, signature, sizeof(signature)));
}

static struct bytes
our_set(struct arena *arena)
{
	const char *x, *y, *text;

	must(key_coordinates(arena, our_key(), &x, &y));
	text = arena_format(
	    arena, "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\",\"x\":\"%s\",\"y\":\"%s\"}]}", x, y);
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct bytes first, rest;

	if (size > 0) {
		split((struct bytes){ data + 1, size - 1 }, &first, &rest);
		switch (data[0] % 4) {
		case 0:
			judge(arena, arena_copy(arena, first.data, first.length), rest, true);
			break;
		case 1:
		case 2:
			judge(arena, signed_text(arena, first, rest), our_set(arena), data[0] % 4 == 2);
			break;
		default:
			judge(
			    arena, signed_text(arena, first, (struct bytes){ (const uint8_t *)"{}", 2 }), rest, false);
		}
	}
	arena_free(arena);
	return 0;
}
