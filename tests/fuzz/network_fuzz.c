/* network_fuzz.c -- any text as a network, as a client's address, and as Redis' address. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/limit/address.h"
#include "core/limit/redis_url.h"
#include "core/net/network.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_copy(arena, data, size);
	uint8_t bytes[LIMIT_ADDRESS_SIZE];
	struct network network;
	struct redis_url url;

	if (network_parse(text, &network) && (network.bits > 128 || !network_contains(&network, network.address)))
		abort();
	networks_contain((struct texts){ &text, 1 }, text);
	if (limit_address_bytes(text, bytes) > sizeof(bytes))
		abort();
	if (redis_url_parse(text, &url) && (url.path[0] == '\0') == (url.host[0] == '\0'))
		abort();
	arena_free(arena);
	return 0;
}
