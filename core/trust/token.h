/*
 * token.h -- the one wrapper around JSON web tokens; nothing else speaks to libjwt, and nothing else
 * believes a token.  ES256 with keys parsed once; the header is judged strictly before the signature,
 * every claim after it.  Verified tokens are remembered by SHA-256 until they expire.
 */
#ifndef STOA_TRUST_TOKEN_H
#define STOA_TRUST_TOKEN_H

#include <stdbool.h>

#include "core/base/value.h"

struct buffer;
struct problem;
struct request;

#define TOKEN_MAX      4096
#define TOKEN_AUDIENCE "stoa"
/* Whatever is wrong with a token, a key, or the session of either: which it was helps whoever found one. */
#define CREDENTIAL_REFUSED \
	"Send a valid access token or key as `Authorization: Bearer ...`; this one is not, or no longer."

struct token {
	struct uuid subject;
	struct uuid session;
	const struct uuid *organization;
	int64_t authz_ver;
	struct instant issued;
	struct instant expires;
	const char *scope;
};

/* NULL and *token_r set, or 401; which of the forty reasons it was is logged and not told. */
const struct problem *token_verify(struct request *req, const char *text, struct token *token_r);
/* Signs with the newest key; makes the first one when there is none. */
const struct problem *token_sign(struct request *req, const struct token *token, const char **text_r);
/* The public halves as a JWK set: those that sign, those that will, and those that tokens in use were signed with. */
const struct problem *token_jwks_print(struct request *req, struct buffer *out);

#endif
