/*
 * outside.h -- access tokens that [issuer.NAME] has signed.  Each gets a session of its own at its first use, whose id is
 * made of the token; from then on it is remembered and judged like one of ours, so blocking and signing out hold.
 */
#ifndef STOA_TRUST_OUTSIDE_H
#define STOA_TRUST_OUTSIDE_H

struct problem;
struct request;
struct token;

/* `refusal`: why the token is none of ours; it stays the answer when nobody else has signed it either. */
const struct problem *outside_verify(
    struct request *req, const char *text, const struct problem *refusal, struct token *token_r);

#endif
