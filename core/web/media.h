/*
 * media.h -- the headers that say what a body is and what the client wants back: Content-Type, Accept
 * (RFC 9110) and Prefer (RFC 7240).
 */
#ifndef STOA_WEB_MEDIA_H
#define STOA_WEB_MEDIA_H

#include <stdbool.h>

struct problem;
struct request;

/* application/json, with no parameter but charset=utf-8. */
bool media_is_json(const char *content_type);
/* application/x-www-form-urlencoded, likewise. */
bool media_is_form(const char *content_type);
/* Whether an Accept header lets us answer JSON: by the most specific range that names it, unless its q is 0. */
bool media_accepts_json(const char *accept);

/* Prefer: wait=N in seconds; -1 when it was not said, or not understood (a preference is never an error). */
int prefer_wait(const char *prefer);

/* For the dispatcher: 415, 413, 406, or 422 for a body where none is taken. */
const struct problem *media_check(struct request *req);

#endif
