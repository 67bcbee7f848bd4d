/* json_fuzz.c -- any bytes as a body: what the strict check takes, json-c must take too, and print as the same again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "core/base/arena.h"
#include "core/json/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct json_fault fault = { 0 };
	const bool well = json_check(arena, (const char *)data, size, &fault);
	struct json_object *object = json_parse(arena, (const char *)data, size, &fault);

	/* `null` is JSON and json-c's NULL. */
	if (!well && object != NULL)
		abort();
	if (object != NULL) {
		const char *printed = json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN);

		if (!json_check(arena, printed, strlen(printed), &fault))
			abort();
	}
	arena_free(arena);
	return 0;
}
