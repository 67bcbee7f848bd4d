/* hex.h -- a hexadecimal digit, in either case; for the parsers of this house. */
#ifndef STOA_BASE_HEX_H
#define STOA_BASE_HEX_H

static const char hex_digits[] = "0123456789abcdef";

/* -1: it is none. */
static inline int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

#endif
