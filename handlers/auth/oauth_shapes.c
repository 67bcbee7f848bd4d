/* oauth_shapes.c -- what comes back from a provider, and what applications send for tokens. */
#include "handlers/auth/oauth.h"

static const char *const device_types[] = { "phone", "tablet", "desktop", "tv", "watch", "console", "car", "other",
	NULL };

/* clang-format off */
static const struct field oauth_start_query[] = {
	TEXT(struct oauth_start_query, return_to, .required = true, .max = 1000, .example = "\"https://app.example.com/signed-in\"",
	    .doc = "Where to go in the end, exactly as the provider's section lists it."),
	SHAPE_END,
};

#define PASSED_ON(member) \
	TEXT(struct oauth_callback_query, member, .max = 1000, .example = "\"x\"", .doc = "Of the provider's; not looked at.")

static const struct field oauth_callback_query[] = {
	TEXT(struct oauth_callback_query, code, .max = 1000, .secret = true, .example = "\"4/0AX4\"", .doc = "The provider's."),
	TEXT(struct oauth_callback_query, state, .max = 200, .secret = true, .example = "\"AQGQtaAA\"", .doc = "Ours, as the provider was given it."),
	TEXT(struct oauth_callback_query, iss, .max = 1000, .example = "\"https://accounts.example.com\"", .doc = "RFC 9207: which provider answers."),
	TEXT(struct oauth_callback_query, error, .max = 200, .example = "\"access_denied\"", .doc = "Why the provider did not sign anybody in."),
	PASSED_ON(error_description), PASSED_ON(error_uri), PASSED_ON(scope), PASSED_ON(session_state),
	PASSED_ON(authuser), PASSED_ON(hd), PASSED_ON(prompt),
	SHAPE_END,
};

static const struct field oauth_exchange[] = {
	TEXT(struct oauth_exchange, code, .required = true, .min = 1, .max = 200, .secret = true, .example = "\"AQGQtaAA\"",
	    .doc = "What the application was sent back with; it counts once, for a minute."),
	TEXT(struct oauth_exchange, otp, .min = 6, .max = 32, .secret = true, .example = "\"287082\"",
	    .doc = "What the authenticator shows, or a recovery code; only if the answer was `otp-required` without it."),
	CHOICE(struct oauth_exchange, device_type, .choices = device_types, .example = "\"phone\"", .doc = "What it runs on."),
	SHAPE_END,
};
/* clang-format on */

const struct shape oauth_start_query_shape = { "oauth_start_query", oauth_start_query,
	sizeof(struct oauth_start_query) };
const struct shape oauth_callback_query_shape = { "oauth_callback_query", oauth_callback_query,
	sizeof(struct oauth_callback_query) };
const struct shape oauth_exchange_shape = { "oauth_exchange", oauth_exchange, sizeof(struct oauth_exchange) };
