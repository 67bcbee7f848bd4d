/* address.h -- an address as it is counted: IPv4 whole, IPv6 by its /64, which is what one customer is given. */
#ifndef STOA_LIMIT_ADDRESS_H
#define STOA_LIMIT_ADDRESS_H

#include <stddef.h>
#include <stdint.h>

#define LIMIT_ADDRESS_SIZE 17

/* The bytes that stand for it, and how many.  What is no address (a unix socket) stands for itself, cut off. */
size_t limit_address_bytes(const char *text, uint8_t bytes_r[static LIMIT_ADDRESS_SIZE]);

#endif
