/*
 * intake.h -- a request out of FastCGI parameters.  nginx is trusted for what it makes itself (address,
 * request id, TLS); everything that a client can write is judged here.
 */
#ifndef STOA_WEB_INTAKE_H
#define STOA_WEB_INTAKE_H

struct problem;
struct request;

#define INTAKE_HEADERS_MAX 100

/*
 * Fills in the request from "NAME=value" parameters (NULL-terminated).  Arena, clock, configuration and body are set
 * before.  A problem is answered as it stands; id and trace are set in any case.
 */
const struct problem *intake(struct request *req, char *const *parameters);

#endif
