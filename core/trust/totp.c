/* totp.c -- HOTP (RFC 4226) over the clock. */
#include "core/trust/totp.h"

#include <endian.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"

#define STEP      (30 * SECOND)
#define MODULUS   1000000u
#define SHA1_SIZE 20

uint32_t
totp_code(struct bytes secret, int64_t step)
{
	const uint64_t counter = htobe64((uint64_t)step);
	uint8_t mac[SHA1_SIZE];
	uint32_t number;

	if (HMAC(EVP_sha1(), secret.data, (int)secret.length, (const void *)&counter, sizeof(counter), mac, NULL) ==
	    NULL)
		abort();
	memcpy(&number, mac + (mac[SHA1_SIZE - 1] & 15), sizeof(number));
	return (be32toh(number) & 0x7FFFFFFF) % MODULUS;
}

bool
totp_match(struct bytes secret, struct instant now, int64_t last, const char *code, int64_t *step_r)
{
	const int64_t present = now.micros / STEP;
	char text[16];
	bool found = false;

	if (strlen(code) != TOTP_DIGITS)
		return false;
	for (int64_t step = present - 1; step <= present + 1; step++) {
		snprintf(text, sizeof(text), "%06u", totp_code(secret, step));
		if (text_equal_secret(text, code, TOTP_DIGITS) && step > last && !found) {
			*step_r = step;
			found = true;
		}
	}
	return found;
}

const char *
base32_encode(struct arena *arena, struct bytes bytes)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	char *text = arena_alloc(arena, (bytes.length * 8 + 4) / 5 + 1), *at = text;
	uint32_t held = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < bytes.length; i++) {
		held = held << 8 | bytes.data[i];
		for (bits += 8; bits >= 5; bits -= 5)
			*at++ = alphabet[held >> (bits - 5) & 31];
		held &= (1u << bits) - 1;
	}
	if (bits > 0)
		*at = alphabet[held << (5 - bits) & 31];
	return text;
}
