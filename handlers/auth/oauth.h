/* oauth.h -- signing in by a provider's word. */
#ifndef STOA_HANDLERS_AUTH_OAUTH_H
#define STOA_HANDLERS_AUTH_OAUTH_H

#include "core/web/route.h"

handler_function oauth_start_prepare, oauth_start;
handler_function oauth_callback_prepare, oauth_callback;
handler_function oauth_token_prepare, oauth_token;

/* ---- oauth_state.c: what we remember between start and callback, sealed, in the browser ---- */
struct oauth_state {
	const char *provider, *return_to;
	const char *state, *nonce, *verifier; /* base64url of 32 random bytes each */
};
void oauth_state_make(struct request *req, struct oauth_state *state);
void oauth_state_put(struct reply *out, const struct oauth_state *state);
void oauth_state_clear(struct reply *out);
/* False: there is none, it is not ours, or it is older than ten minutes. */
bool oauth_state_find(struct request *req, struct oauth_state *state_r);

/* ---- oauth_shapes.c ---- */
struct oauth_start_query {
	const char *return_to;
};
extern const struct shape oauth_start_query_shape;

struct oauth_callback_query {
	const char *code, *state, *iss, *error, *error_description, *error_uri, *scope, *session_state, *authuser, *hd,
	    *prompt;
};
extern const struct shape oauth_callback_query_shape;

struct oauth_exchange {
	const char *code, *otp, *device_type;
};
extern const struct shape oauth_exchange_shape;

#endif
