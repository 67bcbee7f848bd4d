/* token.c -- the one place where a token is believed, and the one where it is made. */
#include "core/trust/token.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/json/write.h"
#include "core/trust/token_cache.h"
#include "core/trust/token_judge.h"
#include "core/trust/token_key.h"
#include "core/trust/token_signature.h"
#include "core/web/problem.h"

/* A key may be withdrawn before its time, and then what it signed must not live on in a cache. */
#define TOKEN_JUDGED_AGAIN (600 * SECOND)

/* What was wrong helps an attacker more than a client; the log has it under the request's id. */
static const struct problem *
refuse(struct request *req, const char *reason)
{
	log_line(INFO, req, "token", "a token was refused", { "reason", .text = reason });
	return problem(req, PROBLEM_UNAUTHENTICATED, CREDENTIAL_REFUSED);
}

static struct instant
earliest(int64_t a, int64_t b)
{
	return (struct instant){ a < b ? a : b };
}

static const struct problem *
judge(struct request *req, const char *text, struct token *token_r, struct instant *believed_until_r)
{
	struct instant now = env_now(req->env);
	struct token_parts parts;
	const struct token_key *key;
	const struct problem *p;
	char kid[KID_SIZE];
	const char *reason;

	if ((reason = token_split(req->arena, text, &parts)) != NULL ||
	    (reason = token_judge_header(req->arena, parts.header, kid)) != NULL)
		return refuse(req, reason);
	if (parts.signature.length != SIGNATURE_SIZE)
		return refuse(req, "the signature is not 64 bytes");
	if ((p = token_key_find(req, kid, &key)) != NULL)
		return p;
	if (key == NULL)
		return refuse(req, "no key of ours has this kid");
	if (!signature_check(key->public_half, parts.signed_text, parts.signed_length, parts.signature.data))
		return refuse(req, "the signature does not hold");
	if ((reason = token_judge_claims(req->arena, parts.claims, req->config->global.public_url, now, token_r)) !=
	    NULL)
		return refuse(req, reason);
	*believed_until_r =
	    earliest(now.micros + TOKEN_JUDGED_AGAIN, earliest(token_r->expires.micros, key->retires.micros).micros);
	return NULL;
}

const struct problem *
token_verify(struct request *req, const char *text, struct token *token_r)
{
	size_t length = strnlen(text, TOKEN_MAX + 1);
	uint8_t hash[SHA256_SIZE];
	struct instant believed_until;
	const struct problem *p;

	if (length > TOKEN_MAX)
		return refuse(req, "longer than 4096 bytes");
	sha256(text, length, hash);
	if (token_cache_find(req->arena, hash, env_now(req->env), token_r))
		return NULL;
	if ((p = judge(req, text, token_r, &believed_until)) == NULL)
		token_cache_keep(hash, token_r, believed_until, env_now(req->env));
	return p;
}

static void
member(struct json_writer *writer, const char *name, const char *text)
{
	json_name(writer, name);
	json_text(writer, text);
}

static void
write_claims(const struct request *req, const struct token *token, struct buffer *out)
{
	struct json_writer writer;

	json_writer_init(&writer, out);
	json_begin(&writer, '{');
	member(&writer, "iss", req->config->global.public_url);
	member(&writer, "aud", TOKEN_AUDIENCE);
	json_name(&writer, "sub");
	json_uuid(&writer, token->subject);
	json_name(&writer, "sid");
	json_uuid(&writer, token->session);
	if (token->organization != NULL) {
		json_name(&writer, "org");
		json_uuid(&writer, *token->organization);
	}
	json_name(&writer, "ver");
	json_number(&writer, token->authz_ver);
	member(&writer, "scope", token->scope != NULL ? token->scope : "");
	json_name(&writer, "iat");
	json_number(&writer, token->issued.micros / SECOND);
	json_name(&writer, "nbf");
	json_number(&writer, token->issued.micros / SECOND);
	json_name(&writer, "exp");
	json_number(&writer, token->expires.micros / SECOND);
	json_end(&writer, '}');
}

const struct problem *
token_sign(struct request *req, const struct token *token, const char **text_r)
{
	const struct token_key *key;
	const struct problem *p;
	const char *head, *text;
	uint8_t signature[SIGNATURE_SIZE];
	struct buffer claims;

	if ((p = token_key_for_signing(req, &key)) != NULL)
		return p;
	buffer_init(&claims, req->arena);
	write_claims(req, token, &claims);
	head = arena_format(req->arena, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", key->kid);
	text = arena_format(req->arena, "%s.%s", base64url_encode(req->arena, head, strlen(head)),
	    base64url_encode(req->arena, claims.data, claims.length));
	if (!signature_make(key->private_half, text, strlen(text), signature))
		return problem(req, PROBLEM_INTERNAL, NULL);
	*text_r = arena_format(req->arena, "%s.%s", text, base64url_encode(req->arena, signature, sizeof(signature)));
	return NULL;
}

static void
write_key(struct request *req, struct json_writer *writer, const struct token_key *key)
{
	const char *x, *y;

	if (!key_coordinates(req->arena, key->public_half, &x, &y))
		return;
	json_begin(writer, '{');
	member(writer, "kty", "EC");
	member(writer, "crv", "P-256");
	member(writer, "x", x);
	member(writer, "y", y);
	member(writer, "kid", key->kid);
	member(writer, "use", "sig");
	member(writer, "alg", "ES256");
	json_end(writer, '}');
}

const struct problem *
token_jwks_print(struct request *req, struct buffer *out)
{
	const struct token_key *keys;
	const struct problem *p;
	struct json_writer writer;
	size_t count;

	if ((p = token_keys(req, &keys, &count)) != NULL)
		return p;
	json_writer_init(&writer, out);
	json_begin(&writer, '{');
	json_name(&writer, "keys");
	json_begin(&writer, '[');
	for (size_t i = 0; i < count; i++)
		write_key(req, &writer, &keys[i]);
	json_end(&writer, ']');
	json_end(&writer, '}');
	return NULL;
}
