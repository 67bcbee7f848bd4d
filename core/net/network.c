/* network.c -- prefixes of addresses. */
#include "core/net/network.h"

#include <arpa/inet.h>
#include <string.h>

static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

static bool
address_parse(const char *text, uint8_t address_r[static 16], bool *four_r)
{
	*four_r = inet_pton(AF_INET, text, address_r + 12) == 1;
	if (*four_r)
		memcpy(address_r, mapped, sizeof(mapped));
	return *four_r || inet_pton(AF_INET6, text, address_r) == 1;
}

static bool
bits_parse(const char *text, unsigned most, unsigned *bits_r)
{
	unsigned bits = 0;

	if (text[0] == '\0' || strlen(text) > 3 || text[strspn(text, "0123456789")] != '\0')
		return false;
	for (; *text != '\0'; text++)
		bits = bits * 10 + (unsigned)(*text - '0');
	*bits_r = bits;
	return bits <= most;
}

bool
network_parse(const char *text, struct network *network_r)
{
	char address[64];
	const char *slash = strchr(text, '/');
	size_t length = slash != NULL ? (size_t)(slash - text) : strlen(text);
	bool four;

	if (length >= sizeof(address))
		return false;
	memcpy(address, text, length);
	address[length] = '\0';
	if (!address_parse(address, network_r->address, &four))
		return false;
	network_r->bits = 128;
	if (slash == NULL)
		return true;
	if (!bits_parse(slash + 1, four ? 32 : 128, &network_r->bits))
		return false;
	network_r->bits += four ? 96 : 0;
	return true;
}

bool
network_contains(const struct network *network, const uint8_t address[static 16])
{
	unsigned whole = network->bits / 8, rest = network->bits % 8;

	if (memcmp(network->address, address, whole) != 0)
		return false;
	return rest == 0 || ((network->address[whole] ^ address[whole]) >> (8 - rest)) == 0;
}

bool
networks_contain(struct texts networks, const char *address)
{
	uint8_t bytes[16];
	bool four;

	if (address == NULL || !address_parse(address, bytes, &four))
		return false;
	for (size_t i = 0; i < networks.count; i++) {
		struct network network;

		if (network_parse(networks.items[i], &network) && network_contains(&network, bytes))
			return true;
	}
	return false;
}
