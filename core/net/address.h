/*
 * address.h -- which addresses outgoing calls may reach.
 */
#ifndef STOA_NET_ADDRESS_H
#define STOA_NET_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "core/base/value.h"

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

#define ADDRESSES_MAX 32

struct addresses {
	union address items[ADDRESSES_MAX];
	size_t count;
};

/* "127.0.0.1:8080" or "[::1]:8080" is in the list, number for number. */
bool address_is_listed(const union address *address, struct texts list);
bool address_equal(const union address *a, const union address *b);
#define ADDRESS_TEXT_SIZE 64
const char *address_print(const union address *address, char text[static ADDRESS_TEXT_SIZE]);
socklen_t address_size(const union address *address);

#endif
