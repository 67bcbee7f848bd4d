/* amount.c -- amounts that may be absent, and ids by the time in them. */
#include "core/web/amount.h"
#include "handlers/payment/payment.h"

const char *
amount_text_of(struct request *req, const minor_units *units, int32_t exponent)
{
	return units == NULL ? NULL : amount_text(req, *units, exponent);
}

/* RFC 9562: an id of version 7 begins with the milliseconds at which it was made. */
struct uuid
id_from(struct instant at)
{
	struct uuid id = { { 0 } };
	uint64_t millis = at.micros <= 0 ? 0 : (uint64_t)(at.micros / MILLISECOND);

	for (int i = 0; i < 6; i++)
		id.bytes[i] = (uint8_t)(millis >> (40 - 8 * i));
	return id;
}

struct uuid
id_until(struct instant at)
{
	const struct instant next = { at.micros + MILLISECOND };

	return at.micros >= INSTANT_MAX.micros - MILLISECOND ? UUID_MAX : id_from(next);
}
