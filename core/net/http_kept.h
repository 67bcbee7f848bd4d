/*
 * http_kept.h -- small public documents of other servers (key sets, descriptions), kept by this worker for a while.
 * Asking may take three seconds; never inside a transaction.
 */
#ifndef STOA_NET_HTTP_KEPT_H
#define STOA_NET_HTTP_KEPT_H

#include <stdint.h>

struct request;

/* NULL and *text_r set (in the arena), or why not.  `fresh`: microseconds for which one that is kept will do. */
const char *http_kept(struct request *req, const char *url, int64_t fresh, const char **text_r);

/* How long a request may still wait for such servers, in milliseconds: three seconds in all, however many calls. */
unsigned http_patience(const struct request *req);

#endif
