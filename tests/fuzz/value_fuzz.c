/* value_fuzz.c -- any text as a time, an id, an amount or base64url: what is read prints as what reads the same again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/base/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge_instant(const char *text)
{
	char printed[INSTANT_TEXT_SIZE];
	struct instant instant, again;

	if (!instant_parse(text, &instant))
		return;
	if (!instant_parse(instant_print(instant, printed), &again) || again.micros != instant.micros)
		abort();
}

static void
judge_uuid(const char *text)
{
	char printed[UUID_TEXT_SIZE];
	struct uuid uuid, again;

	if (!uuid_parse(text, &uuid))
		return;
	if (!uuid_parse(uuid_print(uuid, printed), &again) || !uuid_equal(uuid, again))
		abort();
}

static void
judge_money(const char *text, unsigned exponent)
{
	char printed[MONEY_TEXT_SIZE];
	minor_units units, again;

	if (money_parse(text, exponent, &units) != MONEY_OK)
		return;
	if (units < 0 || money_parse(money_print(units, exponent, printed), exponent, &again) != MONEY_OK ||
	    again != units)
		abort();
}

/* One value has one text. */
static void
judge_base64url(struct arena *arena, const char *text)
{
	struct bytes bytes;

	if (base64url_decode(arena, text, strlen(text), &bytes) &&
	    !text_equal(base64url_encode(arena, bytes.data, bytes.length), text))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_copy(arena, data, size);

	judge_instant(text);
	judge_uuid(text);
	judge_money(text, size > 0 ? data[size - 1] % (MONEY_EXPONENT_MAX + 1) : 2);
	judge_base64url(arena, text);
	(void)text_is_email(text);
	arena_free(arena);
	return 0;
}
