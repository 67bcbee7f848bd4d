/* api_key_shapes.c -- keys and services, as they are asked for and shown. */
#include "handlers/auth/api_key.h"
#include "handlers/auth/queries.h"

/* clang-format off */
static const struct field new_api_key[] = {
	TEXT(struct new_api_key, name, .required = true, .min = 1, .max = 200, .example = "\"nightly report\"", .doc = "What it is for."),
	TEXTS(struct new_api_key, scopes, .example = "[\"user.read\"]",
	    .doc = "Permissions of operators that the key has; none unless said, and none that its maker lacks."),
	INSTANT(struct new_api_key, expires_at, .doc = "When it ends by itself; never unless said."),
	SHAPE_END,
};

#define ABOUT_KEY(type) \
	UUID(type, id, .required = true, .doc = "Of the key; audit rows name it as their session."), \
	TEXT(type, name, .required = true, .max = 200, .example = "\"nightly report\"", .doc = "What it is for."), \
	TEXT(type, prefix, .required = true, .example = "\"stoa_01930b2c66d87c10a5b2f0a3f1e2d3c4\"", .doc = "How the key begins."), \
	TEXTS(type, scopes, .required = true, .example = "[\"user.read\"]", .doc = "Permissions of operators that it has, as far as its owner has them."), \
	INSTANT(type, created_at, .required = true, .doc = "When it was made."), \
	INSTANT(type, expires_at, .doc = "When it ends by itself.")

static const struct field api_key[] = {
	ABOUT_KEY(struct api_key_page_row),
	INSTANT(struct api_key_page_row, last_used_at, .doc = "When it was used last, to the minute."),
	SHAPE_END,
};

static const struct field made_api_key[] = {
	ABOUT_KEY(struct made_api_key),
	TEXT(struct made_api_key, key, .required = true,
	    .example = "\"stoa_01930b2c66d87c10a5b2f0a3f1e2d3c4_0000000000000000000000000000000000000000000000000000000000000000\"",
	    .doc = "Send it as `Authorization: Bearer`. It is shown this once."),
	SHAPE_END,
};

static const struct field new_service[] = {
	TEXT(struct new_service, name, .required = true, .min = 1, .max = 200, .example = "\"warehouse\"", .doc = "What it is called; only once."),
	SHAPE_END,
};

static const struct field service[] = {
	UUID(struct service_page_row, id, .required = true, .doc = "Of the service; also the party that it is."),
	TEXT(struct service_page_row, name, .required = true, .max = 200, .example = "\"warehouse\"", .doc = "What it is called."),
	INSTANT(struct service_page_row, created_at, .required = true, .doc = "When it was made."),
	SHAPE_END,
};
/* clang-format on */

_Static_assert(sizeof(struct service_page_row) == sizeof(struct service_read_row), "one shape shows both");

const struct shape new_api_key_shape = { "new_api_key", new_api_key, sizeof(struct new_api_key) };
const struct shape api_key_shape = { "api_key", api_key, sizeof(struct api_key_page_row) };
const struct shape made_api_key_shape = { "made_api_key", made_api_key, sizeof(struct made_api_key) };
const struct shape new_service_shape = { "new_service", new_service, sizeof(struct new_service) };
const struct shape service_shape = { "service", service, sizeof(struct service_page_row) };
