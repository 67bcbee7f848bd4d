/*
 * fastcgi.h -- libfcgi, used one connection at a time.  The connection is accepted by us, so that it has
 * timeouts and a client that has gone is noticed before any work is done; then libfcgi reads from it.
 */
#ifndef STOA_POOL_FASTCGI_H
#define STOA_POOL_FASTCGI_H

#include <fcgiapp.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/value.h"

struct arena;
struct reply;

/* Once per worker, before any other thing here. */
bool fastcgi_open(void);

/* The next connection of `listener`; -1: nobody waits, or another worker was faster. */
int fastcgi_accept(int listener);
/* Reads its parameters into request->envp; fastcgi_end must follow.  False: the client went away, kept silent, or does
 * not speak FastCGI; the connection is closed. */
bool fastcgi_begin(FCGX_Request *request, int fd);

enum body { BODY_OK, BODY_BAD_LENGTH, BODY_TOO_LARGE, BODY_SHORT };
#define BODY_MAX (8 * 1024 * 1024) /* nginx's caps per area lie below it */
enum body fastcgi_body(FCGX_Request *request, struct arena *arena, struct bytes *body_r);

/* False when the client did not take all of it. */
bool fastcgi_reply(FCGX_Request *request, const struct reply *out, bool head_only);
void fastcgi_end(FCGX_Request *request);

#endif
