/*
 * address.c -- the ranges that are not the public internet (IANA's special-purpose registries, RFC 6890 and after).
 *
 * IPv4 is a list of what is special. IPv6 is the other way round: only 2000::/3 is handed out, and what is special
 * within it is listed; so loopback, link-local, unique local, multicast, IPv4-mapped and NAT64 need no rows.
 */
#include "core/net/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "core/net/http_client.h"
#include "core/net/network.h"

static const char *const special[] = {
	"0.0.0.0/8",       /* this network */
	"10.0.0.0/8",      /* private */
	"100.64.0.0/10",   /* carrier's own */
	"127.0.0.0/8",     /* loopback */
	"169.254.0.0/16",  /* link-local, and the clouds' metadata */
	"172.16.0.0/12",   /* private */
	"192.0.0.0/24",    /* protocol assignments */
	"192.0.2.0/24",    /* documentation */
	"192.88.99.0/24",  /* 6to4 relays */
	"192.168.0.0/16",  /* private */
	"198.18.0.0/15",   /* benchmarks */
	"198.51.100.0/24", /* documentation */
	"203.0.113.0/24",  /* documentation */
	"224.0.0.0/4",     /* multicast */
	"240.0.0.0/4",     /* reserved, and broadcast */
	"2001::/23",       /* protocol assignments, Teredo */
	"2001:db8::/32",   /* documentation */
	"2002::/16",       /* 6to4: an IPv4 address in disguise */
	"3fff::/20",       /* documentation */
};

#define SPECIAL_COUNT (sizeof(special) / sizeof(special[0]))

static bool
is_special(const uint8_t bytes[static 16])
{
	static struct network networks[SPECIAL_COUNT];
	static bool parsed;

	for (size_t i = 0; !parsed && i < SPECIAL_COUNT; i++)
		if (!network_parse(special[i], &networks[i]))
			return true;
	parsed = true;
	for (size_t i = 0; i < SPECIAL_COUNT; i++)
		if (network_contains(&networks[i], bytes))
			return true;
	return false;
}

bool
http_address_is_global(const struct sockaddr *address)
{
	uint8_t bytes[16] = { [10] = 0xff, [11] = 0xff };

	if (address->sa_family == AF_INET) {
		memcpy(bytes + 12, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
		return !is_special(bytes);
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
	return (bytes[0] & 0xe0) == 0x20 && !is_special(bytes);
}

static uint16_t
port_of(const union address *address)
{
	return ntohs(address->any.sa_family == AF_INET6 ? address->six.sin6_port : address->four.sin_port);
}

bool
address_equal(const union address *a, const union address *b)
{
	if (a->any.sa_family != b->any.sa_family || port_of(a) != port_of(b))
		return false;
	if (a->any.sa_family == AF_INET)
		return a->four.sin_addr.s_addr == b->four.sin_addr.s_addr;
	return a->any.sa_family == AF_INET6 && memcmp(&a->six.sin6_addr, &b->six.sin6_addr, 16) == 0 &&
	       a->six.sin6_scope_id == b->six.sin6_scope_id;
}

socklen_t
address_size(const union address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof(address->six) : sizeof(address->four);
}

const char *
address_print(const union address *address, char text[static ADDRESS_TEXT_SIZE])
{
	char host[INET6_ADDRSTRLEN] = "?";

	if (address->any.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &address->six.sin6_addr, host, sizeof(host));
		snprintf(text, ADDRESS_TEXT_SIZE, "[%s]:%u", host, port_of(address));
	} else {
		inet_ntop(AF_INET, &address->four.sin_addr, host, sizeof(host));
		snprintf(text, ADDRESS_TEXT_SIZE, "%s:%u", host, port_of(address));
	}
	return text;
}

/* As address_print prints it; other ways to write the same address are not looked for. */
bool
address_is_listed(const union address *address, struct texts list)
{
	char text[ADDRESS_TEXT_SIZE];

	address_print(address, text);
	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.items[i], text) == 0)
			return true;
	return false;
}
