/*
 * console.c -- the same doors for pages in a browser: the refresh token lives only in a cookie that no script can read
 * and no other site can send, and only pages of listed origins may ask.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/value.h"
#include "core/config/config.h"
#include "core/web/cookie.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"

/* RFC 6265bis: the prefix makes browsers refuse it without Secure, with Domain, or for another path. */
#define COOKIE "__Host-stoa_refresh"
#define RULES  "; Path=/; Secure; HttpOnly; SameSite=Strict"

static const struct problem *
origin_check(struct request *req)
{
	const struct config_global *global = &req->config->global;
	const char *origin = request_header(req, "origin");

	if (origin != NULL && strcmp(origin, "*") != 0 &&
	    (strcmp(origin, global->public_url) == 0 || texts_contain(global->cors_origins, origin)))
		return NULL;
	return problem(req, PROBLEM_WRONG_ORIGIN, NULL);
}

static void
cookie_set(struct reply *out, const char *token, int64_t lifetime)
{
	reply_header(out, "Set-Cookie",
	    arena_format(out->req->arena, COOKIE "=%s; Max-Age=%lld" RULES, token, (long long)lifetime));
}

/* The refresh token goes into the cookie and out of the body. */
static const struct problem *
show(struct request *req, struct reply *out, struct tokens *tokens)
{
	cookie_set(out, tokens->refresh_token, req->config->auth.session_lifetime);
	tokens->refresh_token = NULL;
	return reply_ok(out, tokens);
}

const struct problem *
console_login_prepare(struct request *req, struct reply *out)
{
	const struct problem *p = origin_check(req);

	return p != NULL ? p : login_prepare(req, out);
}

const struct problem *
console_login(struct request *req, struct reply *out)
{
	struct tokens tokens;
	const struct problem *p = login_finish(req, &tokens);

	return p != NULL ? p : show(req, out, &tokens);
}

const struct problem *
console_refresh(struct request *req, struct reply *out)
{
	struct tokens tokens;
	const struct problem *p = origin_check(req);

	if (p == NULL)
		p = refresh_token_exchange(req, cookie_find(req, COOKIE), &tokens);
	return p != NULL ? p : show(req, out, &tokens);
}

/* The cookie goes in any case: a session that ended elsewhere is no reason to keep it. */
const struct problem *
console_logout(struct request *req, struct reply *out)
{
	const struct problem *p = origin_check(req);
	struct uuid session;
	int64_t counter;

	if (p != NULL)
		return p;
	if (refresh_token_read(req, cookie_find(req, COOKIE), &session, &counter))
		sql_session_end(req, session, "signed-out");
	cookie_set(out, "", 0);
	return reply_no_content(out);
}
