/*
 * resolve.h -- from a name to its addresses, in a bounded time.
 */
#ifndef STOA_NET_RESOLVE_H
#define STOA_NET_RESOLVE_H

#include "core/net/address.h"

enum resolve_outcome { RESOLVED, RESOLVE_NO_NAME, RESOLVE_TIMEOUT };

/* Numeric hosts in all the forms that inet_aton takes (decimal, octal, hexadecimal, one to four parts) become
 * what they stand for, so that they are judged like any other. */
enum resolve_outcome resolve(const char *host, unsigned port, int milliseconds, struct addresses *addresses_r);

#endif
