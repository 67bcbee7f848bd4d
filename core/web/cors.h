/*
 * cors.h -- pages of other origins ([global] cors_origins) that may call the API.  A listed origin may send
 * credentials; with "*" in the list any page may call, without them.
 */
#ifndef STOA_WEB_CORS_H
#define STOA_WEB_CORS_H

struct reply;
struct request;

/* The headers of any answer. */
void cors_answer(struct request *req, struct reply *out);
/* The further ones of a preflight; `allow` is what the path takes. */
void cors_preflight(struct request *req, struct reply *out, const char *allow);

#endif
