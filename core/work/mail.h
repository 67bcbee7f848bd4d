/*
 * mail.h -- a mail as RFC 5322 writes it, and as a file that a person can open.
 */
#ifndef STOA_WORK_MAIL_H
#define STOA_WORK_MAIL_H

#include <stdbool.h>

#include "core/base/value.h"

struct arena;

struct mail {
	struct uuid id;   /* UUIDv7: its time is the mail's date */
	const char *host; /* whose mail it is: of public_url */
	const char *kind;
	const char *address; /* checked by the caller; NULL: only the user below is known */
	const struct uuid *user;
	const char *subject;
	const char *text;
};

const char *mail_print(struct arena *arena, const struct mail *mail);

/* The host of "https://api.example.com:8443". */
const char *mail_host(struct arena *arena, const char *url);

/*
 * Writes `<time>-<id>.eml` into the directory, which is made when missing; all of it or nothing.  One that is there
 * already is left as it is.  False with errno set when it cannot be written.
 */
bool mail_write(struct arena *arena, const char *directory, const struct mail *mail);

#endif
