/*
 * refresh.c -- refresh tokens: session, counter, end, and a MAC over them.  There is no row for a token; the session's
 * own row says which counter is current, and one statement decides (schema/0017_session_refresh.sql).
 *
 * That statement bears repeating: whoever has moved the counter and was not told shows the token before the current
 * one, and gets the current one.  So a lost connection is tried again here, and nobody is signed out by it.
 */
#include <endian.h>
#include <poll.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/trust/key.h"
#include "core/trust/principal.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"

#define PURPOSE  "refresh"
#define PATIENCE (5 * SECOND)
#define PAUSE    50 /* milliseconds */

struct refresh_token {
	uint8_t version;
	uint8_t session[16];
	uint8_t counter[8]; /* big-endian, as the next */
	uint8_t expires[8]; /* microseconds since 1970 */
	uint8_t mac[SHA256_SIZE];
};
#define SIGNED_SIZE offsetof(struct refresh_token, mac)
_Static_assert(sizeof(struct refresh_token) == 65, "bytes alone, so there is no padding");

/* Derived once in each process, newest first; another file of secrets means other processes. */
struct refresh_keys {
	uint8_t bytes[SECRETS_MAX][KEY_SIZE];
	size_t count;
};

static const struct refresh_keys *
refresh_keys(void)
{
	static struct refresh_keys keys;

	if (keys.count == 0)
		keys.count = key_for_each(PURPOSE, keys.bytes);
	return &keys;
}

const char *
refresh_token_make(struct request *req, struct uuid session, int64_t counter, struct instant expires)
{
	const uint64_t counted = htobe64((uint64_t)counter), until = htobe64((uint64_t)expires.micros);
	struct refresh_token token = { .version = 1 };

	memcpy(token.session, session.bytes, sizeof(token.session));
	memcpy(token.counter, &counted, sizeof(token.counter));
	memcpy(token.expires, &until, sizeof(token.expires));
	hmac_sha256(refresh_keys()->bytes[0], KEY_SIZE, &token, SIGNED_SIZE, token.mac);
	return base64url_encode(req->arena, &token, sizeof(token));
}

/* One that was made under an older secret counts as well. */
static bool
mac_is_ours(const struct refresh_token *token)
{
	const struct refresh_keys *keys = refresh_keys();
	uint8_t mac[SHA256_SIZE];
	bool ours = false;

	for (size_t i = 0; i < keys->count; i++) {
		hmac_sha256(keys->bytes[i], KEY_SIZE, token, SIGNED_SIZE, mac);
		ours = text_equal_secret(mac, token->mac, sizeof(mac)) || ours;
	}
	return ours;
}

bool
refresh_token_read(struct request *req, const char *text, struct uuid *session_r, int64_t *counter_r)
{
	struct refresh_token token;
	uint64_t counter, until;
	struct bytes bytes;

	if (!base64url_decode(req->arena, text, strlen(text), &bytes) || bytes.length != sizeof(token))
		return false;
	memcpy(&token, bytes.data, sizeof(token));
	if (token.version != 1 || !mac_is_ours(&token))
		return false;
	memcpy(&until, token.expires, sizeof(until));
	memcpy(&counter, token.counter, sizeof(counter));
	memcpy(session_r->bytes, token.session, sizeof(token.session));
	*counter_r = (int64_t)be64toh(counter);
	return (int64_t)be64toh(until) > env_now(req->env).micros;
}

static const struct problem *
refused(struct request *req)
{
	return problem(req, PROBLEM_UNAUTHENTICATED, "The refresh token is not valid; sign in again.");
}

static const struct problem *
ask(struct request *req, struct uuid session, int64_t counter, struct session_refresh_row **row_r)
{
	const int64_t until = env_monotonic(req->env) + PATIENCE;
	const struct problem *p;

	for (;;) {
		p = sql_session_refresh(req, session, counter, req->config->auth.refresh_grace,
		    req->address[0] != '\0' ? req->address : NULL, req->id, row_r);
		if (p == NULL || p->id != PROBLEM_UNAVAILABLE || env_monotonic(req->env) > until)
			return p;
		poll(NULL, 0, PAUSE);
	}
}

const struct problem *
refresh_token_exchange(struct request *req, const char *text, struct tokens *tokens_r)
{
	struct session_refresh_row *row;
	const struct problem *p;
	struct uuid session;
	int64_t counter;

	if (!refresh_token_read(req, text, &session, &counter))
		return refused(req);
	if ((p = ask(req, session, counter, &row)) != NULL)
		return p;
	if (row == NULL || !row->lives)
		return refused(req);
	*tokens_r = (struct tokens){
		.refresh_token = refresh_token_make(req, session, row->current, row->expires_at),
		.token_type = "Bearer",
		.expires_in = req->config->auth.access_lifetime,
		.session_id = session,
	};
	return access_token_make(req, row->party, session, row->authz_ver, &tokens_r->access_token);
}

const struct problem *
refresh_tokens(struct request *req, struct reply *out)
{
	const struct refresh *given = req->given;
	struct tokens tokens;
	const struct problem *p = refresh_token_exchange(req, given->refresh_token, &tokens);

	return p != NULL ? p : reply_ok(out, &tokens);
}

/* Nothing is lost if a session had ended before: then it is as was asked. */
const struct problem *
session_logout(struct request *req, struct reply *out)
{
	const struct logout *given = req->given;
	const struct uuid session = req->principal->session;
	const char *scope = given->scope != NULL ? given->scope : "this";

	if (strcmp(scope, "all") == 0)
		sql_session_end_all(req, req->principal->party, "signed-out");
	else if (strcmp(scope, "others") == 0)
		sql_session_end_others(req, session, "signed-out");
	else
		sql_session_end(req, session, "signed-out");
	return reply_no_content(out);
}
