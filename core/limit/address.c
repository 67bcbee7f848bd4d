/* address.c -- an address as it is counted. */
#include "core/limit/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

size_t
limit_address_bytes(const char *text, uint8_t bytes_r[static LIMIT_ADDRESS_SIZE])
{
	struct in6_addr six;
	struct in_addr four;
	size_t length;

	if (text == NULL)
		text = "";
	if (inet_pton(AF_INET, text, &four) == 1) {
		bytes_r[0] = 4;
		memcpy(bytes_r + 1, &four, 4);
		return 5;
	}
	if (inet_pton(AF_INET6, text, &six) == 1) {
		/* A dual-stack listener shows IPv4 clients as ::ffff:192.0.2.1: the same client, the same count. */
		bytes_r[0] = IN6_IS_ADDR_V4MAPPED(&six) ? 4 : 6;
		memcpy(bytes_r + 1, six.s6_addr + (bytes_r[0] == 4 ? 12 : 0), bytes_r[0] == 4 ? 4 : 8);
		return bytes_r[0] == 4 ? 5 : 9;
	}
	length = strnlen(text, LIMIT_ADDRESS_SIZE - 1);
	bytes_r[0] = 0;
	memcpy(bytes_r + 1, text, length);
	return 1 + length;
}
