/*
 * provider.h -- an OpenID Connect provider as it describes itself (OpenID Connect Discovery 1.0), and its keys.  Each
 * worker keeps both for some minutes, and asks for the keys again when a token names one that it does not know.
 */
#ifndef STOA_HANDLERS_AUTH_PROVIDER_H
#define STOA_HANDLERS_AUTH_PROVIDER_H

#include "core/base/request.h"
#include "core/config/config.h"
#include "core/trust/issuer.h"

struct buffer;
struct problem;

struct provider {
	const struct config_provider *settings;
	const char *authorization_endpoint, *token_endpoint, *jwks_uri;
};

/* All of these call the provider's server: by `prepare` alone.  404: none of this name is configured; 503: it does not
 * answer, or not as it must. */
const struct problem *provider_find(struct request *req, const char *name, struct provider **provider_r);
/* The claims of an ID token; 401. */
const struct problem *provider_judge(struct request *req, const struct provider *provider, const char *id_token,
    const char *nonce, struct issuer_claims *claims_r);
/* Exchanges the provider's code for an ID token; 401. */
const struct problem *provider_exchange(struct request *req, const struct provider *provider, const char *code,
    const char *verifier, const char *redirect_uri, const char **id_token_r);

/* Percent-encoded: for a query or a form. */
void provider_add_escaped(struct buffer *out, const char *text);

#endif
