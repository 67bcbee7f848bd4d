/*
 * proxy.h -- a PostgreSQL that fails when a test says so: a unix socket that hands every connection on to
 * the real server, in a thread of its own.
 */
#ifndef STOA_TESTS_CORE_PROXY_H
#define STOA_TESTS_CORE_PROXY_H

#include <stdbool.h>

struct proxy;

/* `folder` gets the socket .s.PGSQL.5432; `server` is the path of the real one's. */
struct proxy *proxy_start(const char *folder, const char *server);
void proxy_stop(struct proxy *proxy);

/* Down: every connection is cut, new ones are refused, as while PostgreSQL restarts. */
void proxy_down(struct proxy *proxy, bool down);
/* Frozen: bytes are taken and nothing comes back. */
void proxy_freeze(struct proxy *proxy, bool frozen);
/* The next time the client sends this, it is handed on (or not), and the connection is cut before the answer. */
void proxy_cut(struct proxy *proxy, const char *word, bool hand_on);
/* Connections taken since the start. */
unsigned proxy_taken(struct proxy *proxy);

#endif
