/* network.h -- addresses and the networks they are of: "10.0.0.0/8", "2001:db8::/32", or one address. */
#ifndef STOA_NET_NETWORK_H
#define STOA_NET_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/value.h"

/* IPv4 is kept as ::ffff:a.b.c.d, so that a client is one address on every kind of listener. */
struct network {
	uint8_t address[16];
	unsigned bits; /* of 128 */
};

bool network_parse(const char *text, struct network *network_r);
/* Whether the address is in one of them; what cannot be read contains nothing. */
bool networks_contain(struct texts networks, const char *address);
bool network_contains(const struct network *network, const uint8_t address[static 16]);

#endif
