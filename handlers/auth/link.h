/* link.h -- links that count once, and the mails that carry them. */
#ifndef STOA_HANDLERS_AUTH_LINK_H
#define STOA_HANDLERS_AUTH_LINK_H

#include "core/base/request.h"

struct problem;

/* Seconds. */
#define LINK_VERIFY_LIFETIME 86400
#define LINK_RESET_LIFETIME  3600
#define LINK_SETUP_LIFETIME  1800

struct link {
	const char *secret;
	struct bytes hash;
	struct instant expires;
};

#define LINK_KINDS(...) \
	((struct texts){ (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *) })

struct link link_make(struct request *req, int64_t lifetime);
/* 404 unless it is one of these kinds and can still be used. */
const struct problem *link_look(struct request *req, const char *secret, struct texts kinds);
/* The same, and uses it up; whose it was (of `setup`: zero). */
const struct problem *link_use(struct request *req, const char *secret, struct texts kinds, struct uuid *party_r);

/* ---- letter.c: what mails say ---- */
enum letter { LETTER_VERIFY, LETTER_KNOWN, LETTER_RESET, LETTER_CHANGED, LETTER_MOVED, LETTER__COUNT };
/* `secret` is that of the link in it, or NULL. */
void letter_send(struct request *req, enum letter which, struct uuid party, const char *address, const char *secret);

#endif
