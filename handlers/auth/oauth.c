/*
 * oauth.c -- signing in by a provider's word: to the provider with a state, a nonce and a challenge (PKCE, RFC 7636),
 * back with a code that we exchange, and on to the application with a code of our own, which it exchanges for tokens.
 * Tokens never stand in an address.
 */
#include "handlers/auth/oauth.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/text.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/provider.h"
#include "handlers/auth/queries.h"
#include "handlers/auth/totp.h"

#define CODE_SIZE     32
#define CODE_LIFETIME (60 * SECOND)

struct oauth_beginning {
	const struct provider *provider;
	struct oauth_state state;
};

static const char *
redirect_uri(struct request *req, const char *provider)
{
	return arena_format(req->arena, "%s/v1/auth/oauth/%s/callback", req->config->global.public_url, provider);
}

const struct problem *
oauth_start_prepare(struct request *req, struct reply *out)
{
	const struct oauth_start_query *asked = req->asked;
	struct oauth_beginning *beginning = ARENA_NEW(req->arena, struct oauth_beginning);
	struct provider *provider;
	const struct problem *p;

	(void)out;
	if ((p = provider_find(req, path_text(req, "provider"), &provider)) != NULL)
		return p;
	if (!texts_contain(provider->settings->return_to, asked->return_to))
		return problem_field(req, "?return_to", "is not in the provider's list of return_to");
	beginning->provider = provider;
	beginning->state = (struct oauth_state){ .provider = provider->settings->name, .return_to = asked->return_to };
	oauth_state_make(req, &beginning->state);
	req->prepared = beginning;
	return NULL;
}

static void
add_pair(struct buffer *out, const char *name, const char *value)
{
	buffer_format(out, "&%s=", name);
	provider_add_escaped(out, value);
}

static const char *
challenge_of(struct request *req, const char *verifier)
{
	uint8_t hash[SHA256_SIZE];

	sha256(verifier, strlen(verifier), hash);
	return base64url_encode(req->arena, hash, sizeof(hash));
}

const struct problem *
oauth_start(struct request *req, struct reply *out)
{
	const struct oauth_beginning *beginning = req->prepared;
	const struct oauth_state *state = &beginning->state;
	const struct config_provider *settings = beginning->provider->settings;
	struct buffer url, scopes;

	buffer_init(&scopes, req->arena);
	for (size_t i = 0; i < settings->scopes.count; i++)
		buffer_format(&scopes, "%s%s", i > 0 ? " " : "", settings->scopes.items[i]);
	buffer_init(&url, req->arena);
	buffer_format(&url, "%s%cresponse_type=code", beginning->provider->authorization_endpoint,
	    strchr(beginning->provider->authorization_endpoint, '?') != NULL ? '&' : '?');
	add_pair(&url, "client_id", settings->client_id);
	add_pair(&url, "redirect_uri", redirect_uri(req, settings->name));
	add_pair(&url, "scope", scopes.data);
	add_pair(&url, "state", state->state);
	add_pair(&url, "nonce", state->nonce);
	add_pair(&url, "code_challenge", challenge_of(req, state->verifier));
	add_pair(&url, "code_challenge_method", "S256");
	oauth_state_put(out, state);
	reply_header(out, "Cache-Control", "no-store");
	return reply_see_other(out, url.data);
}

static const struct problem *
not_begun_here(struct request *req)
{
	return problem(req, PROBLEM_UNAUTHENTICATED, "This sign-in was not begun in this browser, or too long ago.");
}

struct oauth_return {
	struct oauth_state state;
	const char *issuer;
	struct issuer_claims claims;
};

/* RFC 9700 section 4: the state binds the answer to this browser, `iss` (RFC 9207) to this provider. */
static const struct problem *
check_state(struct request *req, const struct oauth_callback_query *asked, struct oauth_state *state)
{
	if (!oauth_state_find(req, state) || asked->state == NULL || strlen(asked->state) != strlen(state->state) ||
	    !text_equal_secret(asked->state, state->state, strlen(state->state)) ||
	    strcmp(state->provider, path_text(req, "provider")) != 0)
		return not_begun_here(req);
	if (asked->error != NULL || asked->code == NULL)
		return problem(req, PROBLEM_UNAUTHENTICATED, "The provider did not sign you in.");
	return NULL;
}

const struct problem *
oauth_callback_prepare(struct request *req, struct reply *out)
{
	const struct oauth_callback_query *asked = req->asked;
	struct oauth_return *back = ARENA_NEW(req->arena, struct oauth_return);
	struct provider *provider;
	const struct problem *p;
	const char *id_token;

	(void)out;
	req->prepared = back;
	if ((p = check_state(req, asked, &back->state)) != NULL ||
	    (p = provider_find(req, back->state.provider, &provider)) != NULL)
		return p;
	back->issuer = provider->settings->issuer;
	if (asked->iss != NULL && strcmp(asked->iss, back->issuer) != 0)
		return problem(req, PROBLEM_UNAUTHENTICATED, "Another provider has answered.");
	if (!texts_contain(provider->settings->return_to, back->state.return_to))
		return not_begun_here(req);
	p = provider_exchange(
	    req, provider, asked->code, back->state.verifier, redirect_uri(req, back->state.provider), &id_token);
	return p != NULL ? p : provider_judge(req, provider, id_token, back->state.nonce, &back->claims);
}

/* An address that the provider does not vouch for is none. */
static const struct problem *
find_user(struct request *req, const struct oauth_return *back, struct uuid *party_r)
{
	const char *email = back->claims.email_verified ? back->claims.email : NULL;
	struct oauth_sign_in_row *row;
	const struct problem *p;

	if ((p = sql_oauth_sign_in(req, uuid_new(req->env), back->issuer, back->claims.subject, email,
		 back->claims.name, strcmp(req->config->auth.signup, "open") == 0, &row)) != NULL)
		return p;
	if (strcmp(row->outcome, "unproved") == 0)
		return problem(req, PROBLEM_EMAIL_UNVERIFIED, "The address must be proved, at the provider and here.");
	if (strcmp(row->outcome, "closed") == 0)
		return problem(req, PROBLEM_SIGNUP_CLOSED, NULL);
	*party_r = *row->party;
	return NULL;
}

static struct bytes
hash_of(struct request *req, const void *code)
{
	uint8_t *hash = arena_alloc(req->arena, SHA256_SIZE);

	sha256(code, CODE_SIZE, hash);
	return (struct bytes){ hash, SHA256_SIZE };
}

const struct problem *
oauth_callback(struct request *req, struct reply *out)
{
	const struct oauth_return *back = req->prepared;
	const char *to = back->state.return_to;
	uint8_t code[CODE_SIZE];
	const struct problem *p;
	struct uuid party;

	if ((p = find_user(req, back, &party)) != NULL)
		return p;
	env_random(req->env, code, sizeof(code));
	sql_oauth_code_add(
	    req, hash_of(req, code), party, (struct instant){ env_now(req->env).micros + CODE_LIFETIME });
	oauth_state_clear(out);
	reply_header(out, "Cache-Control", "no-store");
	reply_header(out, "Referrer-Policy", "no-referrer");
	return reply_see_other(out, arena_format(req->arena, "%s%ccode=%s", to, strchr(to, '?') != NULL ? '&' : '?',
					base64url_encode(req->arena, code, sizeof(code))));
}

static const struct problem *
spent(struct request *req)
{
	return problem(req, PROBLEM_LINK_INVALID, "The code is not valid, or not any more.");
}

const struct problem *
oauth_token_prepare(struct request *req, struct reply *out)
{
	const struct oauth_exchange *given = req->given;
	struct sign_in *sign_in = ARENA_NEW(req->arena, struct sign_in);
	struct second_factor *factor = NULL;
	struct oauth_code_look_row *row;
	const struct problem *p;
	struct bytes code;

	(void)out;
	if (!base64url_decode(req->arena, given->code, strlen(given->code), &code) || code.length != CODE_SIZE)
		return spent(req);
	if ((p = sql_oauth_code_look(req, hash_of(req, code.data), &row)) != NULL)
		return p;
	if (row == NULL)
		return spent(req);
	p = second_factor_check(req, row->party, given->otp, false, &factor);
	*sign_in = (struct sign_in){ .party = row->party,
		.second_factor = factor,
		.device_type = given->device_type,
		.method = "oauth",
		.says = "signed in by a provider" };
	req->prepared = sign_in;
	return p;
}

const struct problem *
oauth_token(struct request *req, struct reply *out)
{
	const struct oauth_exchange *given = req->given;
	struct oauth_code_use_row *row;
	const struct problem *p;
	struct tokens tokens;
	struct bytes code;

	if (!base64url_decode(req->arena, given->code, strlen(given->code), &code))
		return spent(req);
	if ((p = sql_oauth_code_use(req, hash_of(req, code.data), &row)) != NULL)
		return p;
	if (row == NULL)
		return spent(req);
	if ((p = session_open(req, req->prepared, &tokens)) != NULL)
		return p;
	return reply_ok(out, &tokens);
}
