/* outside.c -- from somebody else's token to a session here. */
#include "core/trust/outside.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/net/http_kept.h"
#include "core/trust/issuer.h"
#include "core/trust/queries.h"
#include "core/trust/token.h"
#include "core/trust/token_cache.h"
#include "core/web/problem.h"

#define FRESH        (600 * SECOND)
#define ASKED_AGAIN  (3 * SECOND) /* for a key that is not known: so often at most, whoever asks */
#define JUDGED_AGAIN (600 * SECOND)

/* A version 8 UUID (RFC 9562 section 5.8): the same token has the same session on every host. */
static struct uuid
session_of(const uint8_t hash[static SHA256_SIZE])
{
	struct uuid session;

	memcpy(session.bytes, hash, sizeof(session.bytes));
	session.bytes[6] = (uint8_t)(0x80 | (session.bytes[6] & 0x0F));
	session.bytes[8] = (uint8_t)(0x80 | (session.bytes[8] & 0x3F));
	return session;
}

static const struct problem *
unavailable(struct request *req, const struct config_issuer *issuer, const char *reason)
{
	log_line(WARN, req, "token", "an outside issuer's keys cannot be had", { "issuer", .text = issuer->name },
	    { "reason", .text = reason });
	return problem(req, PROBLEM_UNAVAILABLE, "The token's issuer does not answer; try again shortly.");
}

/* NULL: this issuer has signed it for us. */
static const struct problem *
judge(struct request *req, const struct config_issuer *issuer, const char *text, const struct problem *refusal,
    struct issuer_claims *claims_r)
{
	const struct issuer_wants wants = {
		.issuer = issuer->issuer, .audience = issuer->audience, .access_token = true, .now = env_now(req->env)
	};
	const char *keys, *reason = NULL;
	bool unknown = true;

	for (int64_t fresh = FRESH; unknown; fresh = ASKED_AGAIN) {
		if ((reason = http_kept(req, issuer->jwks, fresh, &keys)) != NULL)
			return unavailable(req, issuer, reason);
		reason = issuer_judge(req->arena, text, (struct bytes){ (const uint8_t *)keys, strlen(keys) }, &wants,
		    claims_r, &unknown);
		if (fresh == ASKED_AGAIN)
			break;
	}
	if (reason == NULL)
		return NULL;
	log_line(INFO, req, "token", "an outside token was refused", { "issuer", .text = issuer->name },
	    { "reason", .text = reason });
	return refusal;
}

static const struct problem *
give_session(struct request *req, const struct config_issuer *issuer, const uint8_t hash[static SHA256_SIZE],
    const struct issuer_claims *claims, const struct problem *refusal, struct token *token_r)
{
	const struct instant now = env_now(req->env);
	const int64_t again = now.micros + JUDGED_AGAIN;
	const char *email = claims->email_verified ? claims->email : NULL;
	struct outside_session_row *row;
	const struct problem *p;

	memset(token_r, 0, sizeof(*token_r));
	token_r->session = session_of(hash);
	token_r->issued = now;
	token_r->expires = claims->expires;
	token_r->scope = "";
	if ((p = sql_outside_session(req, token_r->session, issuer->issuer, claims->subject, email, claims->name,
		 strcmp(req->config->auth.signup, "open") == 0, claims->expires,
		 req->address != NULL && *req->address != '\0' ? req->address : NULL, &row)) != NULL)
		return p;
	if (row == NULL)
		return refusal;
	token_r->subject = row->party;
	token_cache_keep(
	    hash, token_r, (struct instant){ again < claims->expires.micros ? again : claims->expires.micros }, now);
	return NULL;
}

const struct problem *
outside_verify(struct request *req, const char *text, const struct problem *refusal, struct token *token_r)
{
	struct issuer_claims claims;
	uint8_t hash[SHA256_SIZE];
	const struct problem *p;

	for (size_t i = 0; i < req->config->issuer_count; i++) {
		const struct config_issuer *issuer = &req->config->issuers[i];

		if (*issuer->issuer == '\0' || *issuer->audience == '\0' ||
		    !issuer_claims_to_be(req->arena, text, issuer->issuer))
			continue;
		if ((p = judge(req, issuer, text, refusal, &claims)) == NULL) {
			sha256(text, strlen(text), hash);
			return give_session(req, issuer, hash, &claims, refusal, token_r);
		}
		if (p != refusal)
			return p;
	}
	return refusal;
}
