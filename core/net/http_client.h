/*
 * http_client.h -- asking somebody else's server.  libcurl, guarded: the name is resolved, every address
 * must be global (or be listed as `address:port` by the operator), and the connection goes to exactly
 * that address.  https only unless the destination is listed; no redirects, no proxy, no cookies.
 */
#ifndef STOA_NET_HTTP_CLIENT_H
#define STOA_NET_HTTP_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/request.h"

struct http_ask {
	enum method method;
	const char *url;
	const struct header *headers;
	size_t header_count;
	struct bytes body;
	size_t answer_max;        /* bytes; 0: 64 KiB.  More than that is a failure */
	unsigned connect_timeout; /* milliseconds; 0: 3000 */
	unsigned timeout;         /* milliseconds in all; 0: 10000, never past the request's deadline */
};

enum http_failure {
	HTTP_OK, /* an answer came, whatever its status */
	HTTP_BAD_URL,
	HTTP_FORBIDDEN_ADDRESS,
	HTTP_NO_NAME,
	HTTP_NO_CONNECTION,
	HTTP_BAD_CERTIFICATE,
	HTTP_TIMEOUT,
	HTTP_TOO_LARGE,
	HTTP_BROKEN,
};

struct http_answer {
	enum http_failure failure;
	unsigned status;
	const char *content_type;
	unsigned retry_after; /* seconds; 0: not said */
	struct bytes body;
	char address[64]; /* that it spoke to, for the log */
};

void http_ask(struct request *req, const struct http_ask *ask, struct http_answer *answer_r);
const char *http_failure_text(enum http_failure failure);

/* Whether a numeric address may be spoken to; exported for the table of tests. */
struct sockaddr;
bool http_address_is_global(const struct sockaddr *address);

#endif
