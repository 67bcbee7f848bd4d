/*
 * auth.c -- who somebody is: signing up and in, tokens, links, users.
 *
 * Nobody learns here whether an address is known.  Passwords are hashed in a pool of their own, one at a time for each
 * core.  A refresh token is a signed counter and no row, so however often it is used, no table grows.
 */
#include "handlers/auth/auth.h"

#include "handlers/areas.h"
#include "handlers/auth/api_key.h"
#include "handlers/auth/erase.h"
#include "handlers/auth/introspect.h"
#include "handlers/auth/oauth.h"
#include "handlers/auth/queries.h"
#include "handlers/auth/totp.h"
#include "handlers/auth/user.h"

static const struct route auth_routes[] = {
	{ POST, "/v1/auth/signup", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER, .body = &signup_shape,
	    .reply = &tokens_shape, .status = 201, .also = 202, .prepare = signup_prepare, .handler = signup_take,
	    .says = "Sign up",
	    .more =
		"Where an address must be proved first (`signup_verification`), the answer is 202 for every address, "
		"known or not, and a mail says the rest. Otherwise it is 201 with tokens, or 409 for a known "
		"address." },
	{ POST, "/v1/auth/verify", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER, .body = &secret_shape,
	    .reply = &tokens_shape, .handler = verify_address, .says = "Prove an address with the link that was mailed",
	    .more = "The link counts once, for 24 hours." },
	{ POST, "/v1/auth/resend", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER, .body = &address_shape,
	    .status = 202, .handler = verify_resend, .says = "Ask for another mail that proves an address",
	    .more = "The same answer for every address." },
	{ POST, "/v1/auth/setup", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER, .body = &setup_shape,
	    .reply = &tokens_shape, .status = 201, .prepare = setup_prepare, .handler = setup_make,
	    .says = "Make the first super user",
	    .more = "With the link that `scripts/stoa up` printed; it counts once, for 30 minutes." },
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

	{ POST, "/v1/auth/console/login", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER,
	    .body = &credentials_shape, .reply = &tokens_shape, .prepare = console_login_prepare,
	    .handler = console_login, .says = "Sign in from a page",
	    .more = "The refresh token is in a cookie that no script can read. The Origin must be ours, or one of "
		    "`cors_origins`." },
	{ POST, "/v1/auth/console/refresh", .who = ANYONE, .limit = LIMIT_READ, .idempotency = NEVER, .read_only = true,
	    .reply = &tokens_shape, .handler = console_refresh, .says = "Get a new access token for a page" },
	{ POST, "/v1/auth/console/logout", .who = ANYONE, .limit = LIMIT_WRITE, .idempotency = NEVER,
	    .handler = console_logout, .says = "Sign a page out" },

	{ POST, "/v1/auth/password/forgot", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER,
	    .body = &address_shape, .status = 202, .handler = password_forgot,
	    .says = "Ask for a mail that lets one choose a new password",
	    .more = "The same answer for every address." },
	{ POST, "/v1/auth/password/reset", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER,
	    .body = &reset_shape, .prepare = reset_prepare, .handler = reset_password,
	    .says = "Choose a new password with the link that was mailed",
	    .more = "Also for invitations. The link counts once; every session of the user ends." },
	{ POST, "/v1/auth/password/change", .who = USER, .limit = LIMIT_SIGN_IN, .idempotency = NEVER,
	    .body = &change_shape, .prepare = change_prepare, .handler = change_password,
	    .says = "Change my password" },

	{ GET, "/v1/auth/me", .who = USER, .limit = LIMIT_READ, .reply = &me_shape, .allow_api_key = true,
	    .handler = me_show, .says = "Read who I am and what I may do" },
	{ GET, "/v1/auth/check", .who = USER, .limit = LIMIT_READ, .allow_api_key = true, .handler = me_check,
	    .says = "Ask whether I am signed in, for nginx's auth_request",
	    .more = "204 with `X-Stoa-Subject`, `X-Stoa-Session` and `X-Stoa-Roles`, or 401." },
	{ GET, "/.well-known/jwks.json", .who = ANYONE, .limit = LIMIT_READ, .status = 200,
	    .content_type = "application/json", .handler = jwks_show,
	    .says = "Read the keys that tokens are signed with" },
	{ GET, "/.well-known/openid-configuration", .who = ANYONE, .limit = LIMIT_READ, .reply = &discovery_shape,
	    .handler = discovery_show, .says = "Read where what is" },

	{ POST, "/v1/auth/totp", .who = USER, .limit = LIMIT_SIGN_IN, .idempotency = NEVER, .reply = &new_totp_shape,
	    .handler = totp_begin, .says = "Begin to set up an authenticator",
	    .more = "It is asked for at sign-in once it was confirmed; until then another call makes another secret." },
	{ POST, "/v1/auth/totp/confirm", .who = USER, .limit = LIMIT_SIGN_IN, .idempotency = NEVER,
	    .body = &one_code_shape, .reply = &recovery_codes_shape, .prepare = totp_confirm_prepare,
	    .handler = totp_confirm, .says = "Confirm an authenticator with its first code",
	    .more = "From now on signing in needs a code. The answer holds ten codes to keep on paper." },
	{ DELETE, "/v1/auth/totp", .who = USER, .limit = LIMIT_SIGN_IN, .idempotency = NEVER, .body = &one_code_shape,
	    .prepare = totp_remove_prepare, .handler = totp_remove, .says = "Take the authenticator away",
	    .more = "With a code of it, or a recovery code." },
	{ GET, "/v1/auth/oauth/{provider}/start", .who = ANYONE, .limit = LIMIT_SIGN_IN, .changes = true,
	    .idempotency = NEVER, .query = &oauth_start_query_shape, .status = 303, .prepare = oauth_start_prepare,
	    .handler = oauth_start, .says = "Go to a provider to sign in",
	    .more = "For browsers. The way back leads to `return_to`, with a `code` that counts once, for a minute." },
	{ GET, "/v1/auth/oauth/{provider}/callback", .who = ANYONE, .limit = LIMIT_SIGN_IN, .changes = true,
	    .idempotency = NEVER, .query = &oauth_callback_query_shape, .status = 303,
	    .prepare = oauth_callback_prepare, .handler = oauth_callback, .says = "Come back from a provider" },
	{ POST, "/v1/auth/oauth/token", .who = ANYONE, .limit = LIMIT_SIGN_IN, .idempotency = NEVER,
	    .body = &oauth_exchange_shape, .reply = &tokens_shape, .prepare = oauth_token_prepare,
	    .handler = oauth_token, .says = "Exchange the code of a provider's sign-in for tokens" },
	{ POST, "/v1/auth/introspect", .who = USER, .limit = LIMIT_READ, .allow_api_key = true, .idempotency = NEVER,
	    .read_only = true, .form = true, .body = &token_form_shape, .reply = &introspection_shape,
	    .handler = token_introspect, .says = "Ask what a token is worth (RFC 7662)",
	    .more = "For services, with their key." },
	{ POST, "/v1/auth/revoke", .who = USER, .limit = LIMIT_WRITE, .allow_api_key = true, .idempotency = BY_NATURE,
	    .form = true, .body = &token_form_shape, .status = 200, .content_type = "application/json",
	    .handler = token_revoke, .says = "Take a token back (RFC 7009)",
	    .more = "For services, with their key. With a token its session ends; what is none of ours is taken back too." },
	{ GET, "/v1/api-keys", .who = USER, .limit = LIMIT_READ, .reply = &api_key_shape, .page = api_keys_newest_first,
	    .handler = api_key_list, .says = "List my keys" },
	{ POST, "/v1/api-keys", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_KEY, .sealed_reply = true,
	    .body = &new_api_key_shape, .reply = &made_api_key_shape, .status = 201, .handler = api_key_create,
	    .says = "Make a key",
	    .more =
		"A program that shows it acts for me. Of what operators may it does what its scopes say, as long as I "
		"may that too. Keys make no keys, and change nothing about how I sign in." },
	{ DELETE, "/v1/api-keys/{id}", .who = USER, .limit = LIMIT_WRITE, .idempotency = BY_NATURE,
	    .handler = api_key_end, .says = "End a key", .more = "It counts for its very next request." },
	{ GET, "/v1/services", .who = OPERATOR, .permission = "service.read", .limit = LIMIT_READ,
	    .reply = &service_shape, .page = services_newest_first, .handler = service_list, .says = "List services" },
	{ POST, "/v1/services", .who = OPERATOR, .permission = "service.write", .limit = LIMIT_WRITE,
	    .idempotency = BY_KEY, .body = &new_service_shape, .reply = &service_shape, .status = 201,
	    .handler = service_create, .says = "Make a service",
	    .more = "A program with a name of its own. It holds the roles that it is given, and signs in with keys." },
	{ GET, "/v1/services/{id}", .who = OPERATOR, .permission = "service.read", .limit = LIMIT_READ,
	    .reply = &service_shape, .handler = service_show, .says = "Read a service" },
	{ DELETE, "/v1/services/{id}", .who = OPERATOR, .permission = "service.write", .limit = LIMIT_WRITE,
	    .idempotency = BY_NATURE, .handler = service_remove, .says = "Remove a service",
	    .more = "Its keys end at once, and it loses its roles." },
	{ GET, "/v1/services/{id}/api-keys", .who = OPERATOR, .permission = "service.read", .limit = LIMIT_READ,
	    .reply = &api_key_shape, .page = api_keys_newest_first, .handler = service_key_list,
	    .says = "List a service's keys" },
	{ POST, "/v1/services/{id}/api-keys", .who = OPERATOR, .permission = "service.write", .limit = LIMIT_WRITE,
	    .idempotency = BY_KEY, .sealed_reply = true, .body = &new_api_key_shape, .reply = &made_api_key_shape,
	    .status = 201, .handler = service_key_create, .says = "Make a key of a service" },
	{ DELETE, "/v1/services/{id}/api-keys/{key_id}", .who = OPERATOR, .permission = "service.write",
	    .limit = LIMIT_WRITE, .idempotency = BY_NATURE, .handler = service_key_end,
	    .says = "End a key of a service" },

	{ GET, "/v1/users", .who = OPERATOR, .permission = "user.read", .limit = LIMIT_READ, .allow_api_key = true,
	    .query = &user_query_shape, .reply = &user_row_shape, .page = users_newest_first, .handler = user_list,
	    .says = "List users, newest first" },
	{ GET, "/v1/users/stats", .who = OPERATOR, .permission = "user.read", .limit = LIMIT_HEAVY,
	    .allow_api_key = true, .reply = &user_stats_shape, .handler = user_count, .says = "Count users" },
	{ GET, "/v1/users/{id}", .who = OPERATOR, .permission = "user.read", .limit = LIMIT_READ, .allow_api_key = true,
	    .reply = &user_shape, .handler = user_show, .says = "Read a user" },
	{ PATCH, "/v1/users/{id}", .who = OPERATOR, .permission = "user.write", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .if_match = true, .body = &user_edit_shape,
	    .reply = &user_shape, .handler = user_change, .says = "Change a user" },
	{ DELETE, "/v1/users/{id}", .who = OPERATOR, .permission = "user.write", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .handler = user_remove, .says = "Delete a user",
	    .more =
		"Every session ends, the client goes with its subscription. The id stays, so that what the user did "
		"stays told." },
	{ POST, "/v1/users/{id}/block", .who = OPERATOR, .permission = "user.block", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .body = &user_reason_shape, .reply = &user_shape,
	    .handler = user_block, .says = "Block a user", .more = "It counts for the user's very next request." },
	{ POST, "/v1/users/{id}/unblock", .who = OPERATOR, .permission = "user.block", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .reply = &user_shape, .handler = user_unblock,
	    .says = "Unblock a user", .more = "Who else blocks the user still does." },
	{ POST, "/v1/users/{id}/verify", .who = OPERATOR, .permission = "user.write", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .reply = &user_shape, .handler = user_verify,
	    .says = "Say that a user's address is proved" },
	{ PUT, "/v1/users/{id}/email", .who = OPERATOR, .permission = "user.write", .limit = LIMIT_WRITE,
	    .allow_api_key = true, .idempotency = BY_NATURE, .body = &user_address_shape, .reply = &user_shape,
	    .handler = user_move, .says = "Give a user another address" },

	{ POST, "/v1/admin/erase", .who = OPERATOR, .permission = "admin.erase", .limit = LIMIT_SIGN_IN,
	    .idempotency = NEVER, .body = &erase_request_shape, .reply = &erase_order_shape, .status = 202,
	    .prepare = erase_prepare, .handler = erase_order, .says = "Erase everything that is kept here",
	    .more = "Where `[auth] erase` allows it, with a fresh code of the authenticator and the sentence that the "
		    "refusal of any other one shows. Some seconds later all data is gone, the caller's account too; "
		    "a link in the log makes the first super user." },
	{ 0 },
};

static const struct job_kind auth_jobs[] = {
	{ "auth.sign_up", .payload = &signup_job_shape, .handler = signup_work,
	    .says = "Make a user whose address must be proved, or tell the one who has it" },
	{ "auth.send_link", .payload = &send_link_shape, .handler = link_send,
	    .says = "Mail a link to whoever has an address, if anybody" },
	{ "auth.sign_in_refused", .payload = &refused_job_shape, .handler = refused_tell,
	    .says = "Put a refused attempt to sign in into the history of whoever has the address, if anybody" },
	{ "auth.erase", .payload = &erase_job_shape, .prepare = erase_hand_on, .handler = erase_handed_on,
	    .says = "Hand an order to erase everything to the master" },
	{ 0 },
};

static const struct event_kind auth_events[] = {
	{ "user.signed_up", "user", "Somebody signed up, or was invited." },
	{ "user.verified", "user", "A user's address was proved." },
	{ "user.changed", "user", "A user's name or region was changed." },
	{ "user.email_changed", "user", "An operator gave a user another address." },
	{ "user.password_changed", "user", "A user has a new password." },
	{ "user.deleted", "user", "A user is gone but for its id." },
	{ "user.blocked", "user", "A user can no longer sign in." },
	{ "user.unblocked", "user", "A user can sign in again." },
	{ "user.totp_confirmed", "user", "A user signs in with an authenticator from now on." },
	{ "user.totp_removed", "user", "A user took its authenticator away." },
	{ "api_key.created", "api_key", "Somebody made a key." },
	{ "api_key.ended", "api_key", "A key was ended." },
	{ "service.created", "service", "An operator made a service." },
	{ "service.removed", "service", "An operator removed a service, with its keys." },
	{ "session.refresh_replayed", "session",
	    "A refresh token that was used up came again: the session was ended." },
	{ 0 },
};

const struct area auth_area = {
	.name = "auth",
	.says = "Who somebody is: sign-up, sign-in, tokens, users",
	.routes = auth_routes,
	.jobs = auth_jobs,
	.events = auth_events,
	.statements = auth_statements,
};
