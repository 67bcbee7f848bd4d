/*
 * issuer.h -- tokens that somebody else has signed, judged by the letter and by the issuer's key set (RFC 7515, 7517,
 * 7519; OpenID Connect Core 3.1.3.7).  Pure functions: where keys come from, and how long they are believed, is the
 * caller's.
 *
 * RS256 and ES256 alone, each with a key of its own kind that the kid names; so no token chooses how it is checked.
 */
#ifndef STOA_TRUST_ISSUER_H
#define STOA_TRUST_ISSUER_H

#include <stdbool.h>

#include "core/base/value.h"

struct arena;

struct issuer_wants {
	const char *issuer;
	const char *audience;
	const char *nonce; /* NULL: any, or none */
	bool access_token; /* `azp` is whoever asked for it, and `typ` may be at+jwt (RFC 9068) */
	struct instant now;
};

struct issuer_claims {
	const char *subject;
	const char *email; /* NULL: it was not told */
	const char *name;  /* the same */
	bool email_verified;
	struct instant expires;
};

/* Whether it says that it is this issuer's; nothing of it is believed yet. */
bool issuer_claims_to_be(struct arena *arena, const char *text, const char *issuer);

/* NULL, or why the token is not believed.  *unknown_key_r: its kid is not in the set, which may be too old. */
const char *issuer_judge(struct arena *arena, const char *text, struct bytes jwks, const struct issuer_wants *wants,
    struct issuer_claims *claims_r, bool *unknown_key_r);

#endif
