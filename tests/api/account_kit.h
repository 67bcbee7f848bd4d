/* account_kit.h -- accounts and agents, what is told of them, and many calls at the same moment. */
#ifndef STOA_TESTS_API_ACCOUNT_KIT_H
#define STOA_TESTS_API_ACCOUNT_KIT_H

#include "tests/api/auth_kit.h"

/* Somebody called "clerk" who may do everything here, and makes the calls from here on. */
#define given_clerk(w) kit_given_clerk(w, HERE)
void kit_given_clerk(struct world *w, struct place place);
/* An account of that name; the clerk makes it. */
#define given_company(w, name, tier) kit_given_company(w, name, tier, HERE)
void kit_given_company(struct world *w, const char *name, const char *tier, struct place place);
/* A user `name` with an address of its own, who becomes the agent "<name>-agent" of that account. */
#define given_agent(w, name, company) kit_given_agent(w, name, company, HERE)
void kit_given_agent(struct world *w, const char *name, const char *company, struct place place);

/* How many events of that type tell of the thing. */
#define then_told(w, type, subject, times) kit_then_told(w, type, subject, times, HERE)
void kit_then_told(struct world *w, const char *type, const char *subject, int times, struct place place);

/* RFC 3339, that many seconds from now. */
const char *in_seconds(struct world *w, long seconds);

/* POSTs by the caller, all at the same moment. */
struct post {
	const char *path, *body;
	long status; /* of its answer */
};
void call_at_once(struct world *w, struct post *posts, int count);

#define text(w, ...) arena_format((w)->arena, __VA_ARGS__)

#endif
