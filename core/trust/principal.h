/*
 * principal.h -- who asks, for whom they may act, and what they may do.
 *
 * A bearer token names a session; whether that session lives, and which version of its rights counts, is
 * one row that is read with the handler's first statement, so that blocking, signing out and a changed
 * role hold for the very next request.  Parties and permissions are cached in the worker under
 * (session, authz_ver).
 */
#ifndef STOA_TRUST_PRINCIPAL_H
#define STOA_TRUST_PRINCIPAL_H

#include <stdbool.h>

#include "core/base/value.h"

struct api_key;
struct problem;
struct request;

struct principal {
	struct uuid session;      /* or the API key */
	struct uuid party;        /* the user or service itself */
	struct uuids parties;     /* itself and whom it may act for */
	struct texts permissions; /* held everywhere: "user.read"; "*" and "!user.read": all but that */
	const char *tier;         /* "standard" or "vip": which limits */
	const char *kind;         /* "user" or "service" */
	int64_t authz_ver;
	struct api_key *api_key; /* NULL: a session */
};

/* Reads the Authorization header.  No header: req->principal stays NULL.  A bad token or key is 401; nothing is sent to
 * PostgreSQL while the caches are warm (a key that the worker does not know yet is looked for, as its owner is not
 * known before).  The rights are those that the worker remembers, or none yet. */
const struct problem *principal_recognise(struct request *req);

/* Before each try of a handler, with nothing queued and outside any transaction: loads the rights (a flush of its
 * own) when the worker knows none for this session and version, and puts them in req->principal and req->parties.
 * Nobody signed in, or rights at hand: nothing is sent. */
const struct problem *principal_load(struct request *req);

/* Queues the session's row in front of whatever comes next; the judge answers 401 when the session has ended, and
 * PROBLEM_AGAIN when its rights have changed: dispatch then goes back to principal_load. */
void principal_check_later(struct request *req);

/* After the answer has left: writes down that the key was used, at most once a minute. */
void principal_note_use(struct request *req);

/* 401 or 403 by the route's `who` and `permission`. */
const struct problem *principal_admit(struct request *req);

/* Whether the route's `widens` is held: the answer is about everybody's things, and not the caller's alone. */
bool principal_sees_all(const struct request *req);
bool principal_may(const struct principal *principal, const char *permission);

#endif
