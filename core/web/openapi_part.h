/* openapi_part.h -- the document while it is being written; shared by the files that write it. */
#ifndef STOA_WEB_OPENAPI_PART_H
#define STOA_WEB_OPENAPI_PART_H

#include <stdbool.h>
#include <stdio.h>

#include "core/base/buffer.h"
#include "core/json/write.h"
#include "core/web/route.h"
#include "core/web/shape_part.h"

struct house;

/* A schema of the reference: a shape in one direction, or a page of it. */
struct component {
	const char *name;
	const char *schema; /* as JSON */
	struct component *next;
};

struct document {
	struct arena *arena;
	const struct house *house;
	FILE *complaints;
	bool wrong;
	struct buffer text;
	struct json_writer writer;
	struct component *components; /* in the order of their names */
};

void openapi_pair(struct json_writer *writer, const char *name, const char *text);
/* {"$ref":"#/components/<kind>/<name>"} */
void openapi_ref(struct document *document, const char *kind, const char *name);

/* The name under which a shape's schema stands; writes it down at its first use. */
const char *openapi_schema(struct document *document, const struct shape *shape, enum shape_direction direction);
const char *openapi_page_schema(struct document *document, const struct shape *shape);

void openapi_write_operation(struct document *document, const struct area *area, const struct route *route);
/* Everything under "components". */
void openapi_write_components(struct document *document);

#endif
