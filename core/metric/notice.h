/*
 * notice.h -- what was seen that an operator should know, and when it was last seen.  Every worker of the
 * host may notice; /v1/warnings tells.  What was cured is not seen any more, and is forgotten after an hour.
 */
#ifndef STOA_METRIC_NOTICE_H
#define STOA_METRIC_NOTICE_H

#include <stdbool.h>

#include "core/base/value.h"

struct config;
struct request;

enum notice {
	NOTICE_PROXY_UNTRUSTED, /* X-Forwarded-For from somebody who is not in trusted_proxies */
	NOTICE_HOST_UNEXPECTED, /* a Host that is not public_url's */
	NOTICE__COUNT
};

/* For intake: looks at a request whose headers and address are known. */
void notice_request(const struct request *req);

void notice(const struct config *config, enum notice which, struct instant now);
bool noticed(const struct config *config, enum notice which, struct instant now);

#endif
