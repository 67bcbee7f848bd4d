/* intake_fuzz.c -- lines of any text as FastCGI parameters: whatever comes, the request has an id, a path and a sane
 * trace. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/web/intake.h"

#define PARAMETERS_MAX 256

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct config config = { .global = {
						  .public_url = "https://localhost", .run_dir = "/nonexistent" } };
	struct arena *arena = arena_new();
	struct request req = { .arena = arena, .env = &env_system, .config = &config };
	char *parameters[PARAMETERS_MAX + 1], *line = arena_copy(arena, data, size);
	size_t count = 0, length;

	while (line != NULL && count < PARAMETERS_MAX)
		parameters[count++] = strsep(&line, "\n");
	parameters[count] = NULL;
	if (intake(&req, parameters) == NULL && req.path[0] != '/')
		abort();
	length = strlen(req.trace);
	if (strlen(req.id) != REQUEST_ID_SIZE - 1 || (length != 0 && length != 55))
		abort();
	for (size_t i = 0; i < req.header_count; i++)
		if (strcmp(req.headers[i].name, "proxy") == 0)
			abort();
	arena_free(arena);
	return 0;
}
