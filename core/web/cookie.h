/* cookie.h -- what a browser sends back. */
#ifndef STOA_WEB_COOKIE_H
#define STOA_WEB_COOKIE_H

struct request;

/* "" when it did not come, or came twice: then somebody else has put one beside ours. */
const char *cookie_find(struct request *req, const char *name);

#endif
