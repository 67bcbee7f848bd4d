/* chain_fuzz.c -- any lines as an export of the audit. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "handlers/audit/chain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *nowhere = fopen("/dev/null", "we");
	struct arena *scratch = arena_new();
	struct chain chain;

	if (nowhere == NULL)
		return 0;
	chain_begin(&chain, nowhere);
	chain.from_start = false;
	while (size > 0) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end == NULL ? size : (size_t)(end - data);

		arena_reset(scratch);
		chain_line(&chain, scratch, (const char *)data, length);
		size -= end == NULL ? length : length + 1;
		data += end == NULL ? length : length + 1;
	}
	chain_end(&chain);
	arena_free(scratch);
	fclose(nowhere);
	return 0;
}
