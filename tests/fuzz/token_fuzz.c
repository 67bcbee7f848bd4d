/*
 * token_fuzz.c -- any bytes as a token, as its header, as its claims, and as a signature in DER; the first byte says
 * which. What is taken must be in range, and must have been the only way to write it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/trust/token_judge.h"
#include "core/trust/token_signature.h"

#define ISSUER "https://stoa.example"
#define NOW    (INT64_C(2000000000) * SECOND)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool well)
{
	if (!well)
		abort();
}

static void
whole(struct arena *arena, const char *text)
{
	struct token_parts parts;

	if (token_split(arena, text, &parts) != NULL)
		return;
	must(strcmp(
		 text, arena_format(arena, "%s.%s.%s", base64url_encode(arena, parts.header.data, parts.header.length),
			   base64url_encode(arena, parts.claims.data, parts.claims.length),
			   base64url_encode(arena, parts.signature.data, parts.signature.length))) == 0);
}

static void
header(struct arena *arena, struct bytes json)
{
	char kid[KID_SIZE];

	if (token_judge_header(arena, json, kid) == NULL)
		must(strlen(kid) == KID_SIZE - 1 && strchr(kid, '/') == NULL && strchr(kid, '\'') == NULL);
}

static void
claims(struct arena *arena, struct bytes json)
{
	struct token token;

	if (token_judge_claims(arena, json, ISSUER, (struct instant){ NOW }, &token) != NULL)
		return;
	must(token.expires.micros > NOW && token.expires.micros - token.issued.micros <= TOKEN_LIFETIME_MAX);
	must(token.issued.micros <= NOW + TOKEN_LEEWAY && token.authz_ver >= 0 && token.scope != NULL);
	must(!uuid_is_zero(token.subject) && !uuid_is_zero(token.session));
}

static void
signature(const uint8_t *der, size_t length)
{
	uint8_t raw[SIGNATURE_SIZE], again[SIGNATURE_DER_MAX];

	if (signature_from_der(der, length, raw))
		must(signature_to_der(raw, again) == length && memcmp(der, again, length) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();

	if (size > 0) {
		struct bytes rest = { data + 1, size - 1 };

		switch (data[0] % 4) {
		case 0:
			whole(arena, arena_copy(arena, rest.data, rest.length));
			break;
		case 1:
			header(arena, rest);
			break;
		case 2:
			claims(arena, rest);
			break;
		default:
			signature(rest.data, rest.length);
		}
	}
	arena_free(arena);
	return 0;
}
