/* provider_kit.h -- node's servers that play providers and issuers (node/), and somebody who signs in by them. */
#ifndef STOA_TESTS_API_PROVIDER_KIT_H
#define STOA_TESTS_API_PROVIDER_KIT_H

#include "tests/api/kit/world.h"

#define THERE     "https://app.example.com/signed-in"
#define RETURN_TO "return_to=https%3A%2F%2Fapp.example.com%2Fsigned-in"

/* Runs one of node's scripts until this program ends, and waits until it describes itself; 0: it does not. */
pid_t provider_serve(const char *script, const char *issuer, const char *us);

/* Between going to a provider and coming back: what the browser knows. */
struct visit {
	const char *provider, *state, *nonce, *cookie, *subject, *email;
};
/* Somebody whom nobody knows yet. */
struct visit stranger(struct world *w);
struct visit begin_visit(struct world *w, const char *provider);
/* `variant`: how rogue.js answers. */
void come_back(struct world *w, const struct visit *visit, const char *variant);
/* How many rows there are of this person. */
const char *rows_of(struct world *w, const struct visit *visit);

/* What a server of node/ says at an address: one line. */
const char *told_by(struct world *w, const char *issuer, const char *path);
/* An access token of that issuer about that person. */
const char *minted(struct world *w, const char *issuer, const char *variant, const char *audience, const struct visit *who);

#endif
