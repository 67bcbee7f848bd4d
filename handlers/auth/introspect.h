/* introspect.h -- tokens as services ask about them. */
#ifndef STOA_HANDLERS_AUTH_INTROSPECT_H
#define STOA_HANDLERS_AUTH_INTROSPECT_H

#include "core/web/route.h"

handler_function token_introspect, token_revoke;

struct token_form {
	const char *token, *token_type_hint;
};
extern const struct shape token_form_shape;

struct introspection {
	bool active;
	const char *token_type;
	const struct uuid *sub, *sid;
	const char *scope;
	const int64_t *iat, *exp;
	const char *iss, *aud;
};
extern const struct shape introspection_shape;

#endif
