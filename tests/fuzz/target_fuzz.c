/* target_fuzz.c -- any text as a request's target and query: what is accepted holds nothing that was to be refused. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/web/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge_path(const char *path)
{
	if (*path != '/' || !text_is_utf8(path, strlen(path)))
		abort();
	if (strstr(path, "//") != NULL || strstr(path, "/../") != NULL || strstr(path, "/./") != NULL)
		abort();
	for (const char *c = path; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f || *c == '\\')
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	const char *raw = arena_copy(arena, data, size);
	struct target target;
	struct query query;

	if (target_parse(arena, raw, &target) == TARGET_OK) {
		judge_path(target.path);
		(void)query_parse(arena, target.query, &query);
	}
	if (query_parse(arena, raw, &query) == NULL)
		for (size_t i = 0; i < query.count; i++)
			if (!text_is_utf8(query.pairs[i].value, strlen(query.pairs[i].value)))
				abort();
	arena_free(arena);
	return 0;
}
