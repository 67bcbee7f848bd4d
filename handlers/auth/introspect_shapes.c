/* introspect_shapes.c -- the form that services send, and what they are told (RFC 7662 section 2.2). */
#include "handlers/auth/introspect.h"

/* clang-format off */
static const struct field token_form[] = {
	TEXT(struct token_form, token, .required = true, .max = 4096, .secret = true, .example = "\"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\"",
	    .doc = "An access token, a refresh token or a key."),
	TEXT(struct token_form, token_type_hint, .max = 64, .example = "\"access_token\"", .doc = "Not needed: tokens say themselves what they are."),
	SHAPE_END,
};

static const struct field introspection[] = {
	BOOL(struct introspection, active, .required = true, .example = "true", .doc = "false: nothing else is told."),
	TEXT(struct introspection, token_type, .example = "\"Bearer\"", .doc = "`Bearer`, `refresh_token` or `api_key`."),
	UUID(struct introspection, sub, .doc = "The user or service."),
	UUID(struct introspection, sid, .doc = "The session, or the key."),
	TEXT(struct introspection, scope, .max = 16384, .example = "\"user.read ops.read\"", .doc = "What it may do everywhere, with blanks between."),
	INT(struct introspection, iat, .example = "1790000000", .doc = "When it was made, in seconds since 1970; of a refresh token when its session began."),
	INT(struct introspection, exp, .example = "1790000600", .doc = "When it ends; absent: it does not by itself."),
	TEXT(struct introspection, iss, .example = "\"https://api.example.com\"", .doc = "Us."),
	TEXT(struct introspection, aud, .example = "\"stoa\"", .doc = "For whom it is."),
	SHAPE_END,
};
/* clang-format on */

const struct shape token_form_shape = { "token_form", token_form, sizeof(struct token_form) };
const struct shape introspection_shape = { "introspection", introspection, sizeof(struct introspection) };
