/* queue_length.h -- how many connections wait in a listening socket's queue, as the kernel counts them. */
#ifndef STOA_POOL_QUEUE_LENGTH_H
#define STOA_POOL_QUEUE_LENGTH_H

#include <stdbool.h>
#include <stdint.h>

struct queue_length {
	uint32_t waiting, most; /* `most`: the backlog in force */
};

/* `family` is the socket's, `inode` what fstat says of it; any process of the same network namespace may ask. */
bool queue_length(uint32_t family, uint64_t inode, struct queue_length *length_r);

#endif
