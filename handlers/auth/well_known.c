/* well_known.c -- what others need to check our tokens by themselves (RFC 8615, OpenID Connect Discovery 1.0). */
#include "core/base/arena.h"
#include "core/config/config.h"
#include "core/trust/token.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"

/* A third of the time for which a new key is published before it signs. */
#define FRESH "max-age=300, public"

const struct problem *
jwks_show(struct request *req, struct reply *out)
{
	const struct problem *p;
	struct buffer keys;

	buffer_init(&keys, req->arena);
	if ((p = token_jwks_print(req, &keys)) != NULL)
		return p;
	reply_header(out, "Cache-Control", FRESH);
	return reply_text(out, "application/json", keys.data);
}

const struct problem *
discovery_show(struct request *req, struct reply *out)
{
	static const char *const types[] = { "code" }, *const subjects[] = { "public" }, *const algorithms[] = { "ES256" };
	const char *url = req->config->global.public_url;

	reply_header(out, "Cache-Control", FRESH);
	return reply_ok(out, &(struct discovery){
	    .issuer = url,
	    .jwks_uri = arena_format(req->arena, "%s/.well-known/jwks.json", url),
	    .token_endpoint = arena_format(req->arena, "%s/v1/auth/refresh", url),
	    .response_types_supported = { types, 1 },
	    .subject_types_supported = { subjects, 1 },
	    .id_token_signing_alg_values_supported = { algorithms, 1 },
	});
}
