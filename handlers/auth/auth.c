/*
 * auth.c -- who somebody is: signing up and in, tokens, links, users.
 *
 * Nobody learns here whether an address is known.  Passwords are hashed in a pool of their own, one at a time for each
 * core.  A refresh token is a signed counter and no row, so however often it is used, no table grows.
 */
#include "handlers/auth/auth.h"

#include "handlers/areas.h"
#include "handlers/auth/queries.h"

static const struct route auth_routes[] = {
	{ POST, "/v1/auth/login", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER,
	    .body = &credentials_shape, .reply = &tokens_shape, .prepare = login_prepare, .handler = login_open,
	    .says = "Sign in",
	    .more = "Tries are counted for each address, and for each name from one address; when too many went wrong "
		    "the answer is 429. Whether the user is blocked or its address unproved is said after the right "
		    "password only." },
	{ POST, "/v1/auth/refresh", .who = ANYONE, .limit = LIMIT_READ, .idempotency = NEVER, .read_only = true,
	    .body = &refresh_shape, .reply = &tokens_shape, .handler = refresh_tokens,
	    .says = "Get new tokens for a refresh token",
	    .more = "The current refresh token and the one before it give the current one, so parallel tabs and lost "
		    "answers do no harm. An older one ends the session." },
	{ POST, "/v1/auth/logout", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .body = &logout_shape,
	    .handler = session_logout, .says = "Sign out: here, everywhere else, or everywhere" },

	{ GET, "/v1/auth/me", .who = USER, .limit = LIMIT_READ, .reply = &me_shape, .allow_api_key = true,
	    .handler = me_show, .says = "Read who I am and what I may do" },
	{ GET, "/v1/auth/check", .who = USER, .limit = LIMIT_READ, .allow_api_key = true, .handler = me_check,
	    .says = "Ask whether I am signed in, for nginx's auth_request",
	    .more = "204 with `X-Stoa-Subject` and `X-Stoa-Session`, or 401." },
	{ GET, "/.well-known/jwks.json", .who = ANYONE, .limit = LIMIT_READ, .status = 200,
	    .content_type = "application/json", .handler = jwks_show, .says = "Read the keys that tokens are signed with" },
	{ GET, "/.well-known/openid-configuration", .who = ANYONE, .limit = LIMIT_READ, .reply = &discovery_shape,
	    .handler = discovery_show, .says = "Read where what is" },
	{ 0 },
};

static const struct event_kind auth_events[] = {
	{ "user.signed_up", "user", "Somebody signed up, or was invited." },
	{ "user.blocked", "user", "A user can no longer sign in." },
	{ "user.unblocked", "user", "A user can sign in again." },
	{ "session.refresh_replayed", "session", "A refresh token that was used up came again: the session was ended." },
	{ 0 },
};

const struct area auth_area = {
	.name = "auth",
	.says = "Who somebody is: sign-up, sign-in, tokens, users",
	.routes = auth_routes,
	.events = auth_events,
	.statements = auth_statements,
};
