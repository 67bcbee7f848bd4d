/*
 * exchange.h -- one host's conversation with the others, through Redis.  Redis holds, per key, how far all
 * hosts together are ahead; each host adds what it has spent and takes the sum over.
 */
#ifndef STOA_LIMIT_EXCHANGE_H
#define STOA_LIMIT_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

struct limit_segment;

#define EXCHANGE_PAUSE   100 /* milliseconds between two rounds */
#define EXCHANGE_TIMEOUT 50  /* milliseconds that Redis may take for an answer */

enum exchange_outcome {
	EXCHANGE_IDLE, /* nothing was spent, or it is not yet time to try Redis again */
	EXCHANGE_SHARED,
	EXCHANGE_ALONE, /* Redis did not answer: this host limits by itself */
};

struct exchange;
/* NULL: the address is not `unix:/path` or `redis://[[user]:password@]host[:port][/db]`. */
struct exchange *exchange_new(const char *redis_url);
void exchange_free(struct exchange *exchange);

/* `now` in microseconds since 1970, `monotonic` for the breaker. */
enum exchange_outcome exchange_round(
    struct exchange *exchange, struct limit_segment *segment, int64_t now, int64_t monotonic);

#endif
