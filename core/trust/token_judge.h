/*
 * token_judge.h -- what a token says, judged by its letter.  Pure functions: no key, no clock of their own.
 * Each returns NULL, or the reason why the token is none of ours.
 */
#ifndef STOA_TRUST_TOKEN_JUDGE_H
#define STOA_TRUST_TOKEN_JUDGE_H

#include <stddef.h>

#include "core/trust/token.h"

struct arena;

#define KID_SIZE           44            /* 43 characters: base64url of a SHA-256 (RFC 7638) */
#define TOKEN_LEEWAY       (30 * SECOND) /* for nbf and iat: hosts' clocks differ */
#define TOKEN_LIFETIME_MAX (86400 * SECOND)

struct token_parts {
	const char *signed_text; /* header.payload */
	size_t signed_length;
	struct bytes header;
	struct bytes claims;
	struct bytes signature;
};

/* Exactly three parts, each in canonical base64url. */
const char *token_split(struct arena *arena, const char *text, struct token_parts *parts_r);
/* Exactly {alg: "ES256", typ: "JWT", kid}: a header that says more wants something of us that we do not do. */
const char *token_judge_header(struct arena *arena, struct bytes json, char kid_r[static KID_SIZE]);
const char *token_judge_claims(
    struct arena *arena, struct bytes json, const char *issuer, struct instant now, struct token *token_r);

#endif
