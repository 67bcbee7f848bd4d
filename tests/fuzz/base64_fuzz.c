/* base64_fuzz.c -- any text as base64, hexadecimal and a plain integer: what is taken is what would have been written.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/money.h"
#include "core/base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *text = arena_copy(arena, data, size);
	char printed[MONEY_TEXT_SIZE];
	struct bytes bytes;
	minor_units units;

	/* With the bytes as they are, so that a sanitizer sees a read past their end. */
	if (base64_decode(arena, (const char *)data, size, &bytes) &&
	    (memchr(data, 0, size) != NULL || !text_equal(base64_encode(arena, bytes.data, bytes.length), text)))
		abort();
	if (base64url_decode(arena, (const char *)data, size, &bytes) &&
	    (memchr(data, 0, size) != NULL || !text_equal(base64url_encode(arena, bytes.data, bytes.length), text)))
		abort();
	if (hex_decode(arena, text, &bytes) && !text_equal(hex_encode(arena, bytes.data, bytes.length), text))
		abort();
	if (minor_units_parse(text, &units) && !text_equal(minor_units_print(units, printed), text))
		abort();
	arena_free(arena);
	return 0;
}
