/*
 * reference.c -- the API's description, as `stoad --openapi` printed it when this version was built.  It is read once
 * per worker; an upgrade starts new ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "handlers/ops/ops.h"

static char *
read_reference(struct request *req)
{
	const char *data = req->config->global.data_dir;
	const char *path = arena_format(req->arena, "%s/openapi.json", *data != '\0' ? data : PKGDATADIR);
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (file == NULL)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

const struct problem *
reference_show(struct request *req, struct reply *out)
{
	static char *reference;

	if (reference == NULL && (reference = read_reference(req)) == NULL)
		return problem(req, PROBLEM_NOT_FOUND, "The reference was not installed.");
	return reply_text(out, "application/json", reference);
}
