/*
 * introspect.c -- what a token is worth, for services that are shown one (RFC 7662), and taking one back (RFC 7009).
 * Whatever cannot be read is not active, and taking it back went well: neither answer helps who guesses.
 */
#include "handlers/auth/introspect.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/config/config.h"
#include "core/trust/api_key.h"
#include "core/trust/principal.h"
#include "core/trust/token.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"

static const struct problem *
for_services(struct request *req)
{
	if (strcmp(req->principal->kind, "service") == 0)
		return NULL;
	return problem(req, PROBLEM_FORBIDDEN, "Only services ask this.");
}

static bool
is_key(const char *text)
{
	return strncmp(text, API_KEY_PREFIX, sizeof(API_KEY_PREFIX) - 1) == 0;
}

/* Not ours is an answer, not a problem. */
static const struct problem *
read_token(struct request *req, const char *text, struct token *token_r, bool *ours_r)
{
	const struct problem *p = token_verify(req, text, token_r);

	*ours_r = p == NULL;
	return p != NULL && p->id == PROBLEM_UNAUTHENTICATED ? NULL : p;
}

static const char *
joined(struct request *req, struct texts texts)
{
	struct buffer out;

	buffer_init(&out, req->arena);
	for (size_t i = 0; i < texts.count; i++)
		buffer_format(&out, "%s%s", i > 0 ? " " : "", texts.items[i]);
	return out.length > 0 ? out.data : NULL;
}

static const int64_t *
seconds(struct request *req, struct instant instant)
{
	int64_t *number = ARENA_NEW(req->arena, int64_t);

	*number = instant.micros / SECOND;
	return number;
}

static const struct problem *
introspect_key(struct request *req, const char *text, struct introspection *said)
{
	struct api_key *key = ARENA_NEW(req->arena, struct api_key);
	struct introspect_key_row *row;
	const struct problem *p;

	if (!api_key_parse(req, text, key))
		return NULL;
	if ((p = sql_introspect_key(req, key->id, key->hash, &row)) != NULL || row == NULL || !row->alive)
		return p;
	*said = (struct introspection){
		.active = true,
		.token_type = "api_key",
		.sub = &row->party,
		.sid = &key->id,
		.scope = joined(req, row->permissions),
		.iat = seconds(req, row->created_at),
		.exp = row->expires_at != NULL ? seconds(req, *row->expires_at) : NULL,
	};
	return NULL;
}

/* Looked at, not used: its owner can still exchange it. */
static const struct problem *
introspect_refresh(struct request *req, const struct uuid *session, int64_t counter, struct introspection *said)
{
	struct introspect_refresh_row *row;
	const struct problem *p;

	if ((p = sql_introspect_refresh(req, *session, counter, &row)) != NULL || row == NULL)
		return p;
	*said = (struct introspection){
		.active = true,
		.token_type = "refresh_token",
		.sub = &row->party,
		.sid = session,
		.scope = joined(req, row->permissions),
		.iat = seconds(req, row->created_at),
		.exp = seconds(req, row->expires_at),
		.iss = req->config->global.public_url,
	};
	return NULL;
}

static const struct problem *
introspect_access(struct request *req, const char *text, struct introspection *said)
{
	struct introspect_session_row *row;
	struct token *token = ARENA_NEW(req->arena, struct token);
	const struct problem *p;
	bool ours;

	if ((p = read_token(req, text, token, &ours)) != NULL || !ours)
		return p;
	if ((p = sql_introspect_session(req, token->session, &row)) != NULL || row == NULL || !row->alive ||
	    !uuid_equal(row->party, token->subject))
		return p;
	*said = (struct introspection){
		.active = true,
		.token_type = "Bearer",
		.sub = &token->subject,
		.sid = &token->session,
		.scope = joined(req, row->permissions),
		.iat = seconds(req, token->issued),
		.exp = seconds(req, token->expires),
		.iss = req->config->global.public_url,
		.aud = TOKEN_AUDIENCE,
	};
	return NULL;
}

/* A token says itself what it is. */
static const struct problem *
look(struct request *req, const char *text, struct introspection *said)
{
	struct uuid *session = ARENA_NEW(req->arena, struct uuid);
	int64_t counter;

	if (is_key(text))
		return introspect_key(req, text, said);
	if (refresh_token_read(req, text, session, &counter))
		return introspect_refresh(req, session, counter, said);
	return introspect_access(req, text, said);
}

const struct problem *
token_introspect(struct request *req, struct reply *out)
{
	const struct token_form *given = req->given;
	struct introspection said = { .active = false };
	const struct problem *p = for_services(req);

	if (p == NULL)
		p = look(req, given->token, &said);
	reply_header(out, "Cache-Control", "no-store");
	return p != NULL ? p : reply_ok(out, &said);
}

const struct problem *
token_revoke(struct request *req, struct reply *out)
{
	const struct token_form *given = req->given;
	const struct problem *p = for_services(req);
	struct token token;
	struct api_key key;
	bool ours = false;
	int64_t counter;

	if (p != NULL)
		return p;
	if (is_key(given->token)) {
		if (api_key_parse(req, given->token, &key))
			sql_api_key_revoke(req, key.id, key.hash);
		return reply_text(out, "application/json", "{}");
	}
	if (refresh_token_read(req, given->token, &token.session, &counter))
		ours = true;
	else if ((p = read_token(req, given->token, &token, &ours)) != NULL)
		return p;
	if (ours)
		sql_session_end(req, token.session, "revoked");
	return reply_text(out, "application/json", "{}");
}
