/* shapes.c -- what comes into this room and goes out of it, field by field. */
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"

static const char *const device_types[] = { "phone", "tablet", "desktop", "tv", "watch", "console", "car", "other", NULL };
static const char *const links[] = { "verify", "reset", NULL };
static const char *const scopes[] = { "this", "others", "all", NULL };

/* clang-format off */
#define EMAIL(type) \
	TEXT(type, email, .required = true, .max = 254, .format = "email", .doc = "Letters of either case are the same.")
#define DEVICE_TYPE(type) \
	CHOICE(type, device_type, .choices = device_types, .example = "\"phone\"", .doc = "What it runs on.")

static const struct field credentials[] = {
	EMAIL(struct credentials),
	TEXT(struct credentials, password, .required = true, .min = 1, .max = PASSWORD_MOST, .secret = true,
	    .example = "\"correct horse battery\"", .doc = "Never logged."),
	TEXT(struct credentials, otp, .min = 6, .max = 32, .secret = true, .example = "\"287082\"",
	    .doc = "What the authenticator shows, or a recovery code; only if the answer was `otp-required` without it."),
	DEVICE_TYPE(struct credentials),
	SHAPE_END,
};

#define NEW_PASSWORD(type, member) \
	TEXT(type, member, .required = true, .min = PASSWORD_LEAST, .max = PASSWORD_MOST, .secret = true, \
	    .example = "\"correct horse battery\"", .doc = "Any characters; never logged.")
#define LINK_SECRET(type) \
	TEXT(type, token, .required = true, .min = 1, .max = 100, .secret = true, \
	    .example = "\"0p5v1S9bSGvZ0Vd1bV0xWq2nq9o4Tt7y3m8J6c5Rk1E\"", .doc = "What stands in the mail's link behind `=`.")
#define NAME(type) TEXT(type, name, .min = 1, .max = 200, .example = "\"Ada Lovelace\"", .doc = "What to call the person.")
#define REGION(type) \
	TEXT(type, region, .format = "region", .example = "\"GB\"", .doc = "ISO 3166-1 alpha-2: where the person is.")

static const struct field signup[] = {
	EMAIL(struct signup),
	NEW_PASSWORD(struct signup, password),
	NAME(struct signup),
	REGION(struct signup),
	DEVICE_TYPE(struct signup),
	SHAPE_END,
};

static const struct field signup_job[] = {
	EMAIL(struct signup),
	TEXT(struct signup, password, .required = true, .secret = true, .doc = "Its hash, sealed."),
	NAME(struct signup),
	REGION(struct signup),
	DEVICE_TYPE(struct signup),
	SHAPE_END,
};

static const struct field refused_job[] = {
	EMAIL(struct refused_job),
	DEVICE_TYPE(struct refused_job),
	TEXT(struct refused_job, device),
	TEXT(struct refused_job, address),
	TEXT(struct refused_job, outcome, .required = true, .example = "\"wrong-credentials\""),
	SHAPE_END,
};

static const struct field secret[] = { LINK_SECRET(struct secret), DEVICE_TYPE(struct secret), SHAPE_END };
static const struct field address[] = { EMAIL(struct address), SHAPE_END };

static const struct field send_link[] = {
	EMAIL(struct send_link),
	CHOICE(struct send_link, link, .required = true, .choices = links, .doc = "What it is for."),
	SHAPE_END,
};

static const struct field reset[] = { LINK_SECRET(struct reset), NEW_PASSWORD(struct reset, password), SHAPE_END };

static const struct field change[] = {
	TEXT(struct change, password, .required = true, .min = 1, .max = PASSWORD_MOST, .secret = true,
	    .example = "\"correct horse battery\"", .doc = "The present one."),
	NEW_PASSWORD(struct change, new_password),
	BOOL(struct change, end_others, .example = "true", .doc = "Whether the other sessions end."),
	SHAPE_END,
};

static const struct field setup[] = {
	LINK_SECRET(struct setup), EMAIL(struct setup), NEW_PASSWORD(struct setup, password), NAME(struct setup), SHAPE_END,
};

static const struct field tokens[] = {
	TEXT(struct tokens, access_token, .required = true, .max = 4096, .example = "\"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\"",
	    .doc = "Send it as `Authorization: Bearer`."),
	TEXT(struct tokens, refresh_token, .max = 200, .example = "\"AQGQtaAA\"",
	    .doc = "For the next pair; absent where a cookie holds it."),
	TEXT(struct tokens, token_type, .required = true, .example = "\"Bearer\"", .doc = "Always `Bearer`."),
	INT(struct tokens, expires_in, .required = true, .example = "600", .doc = "Seconds that the access token counts."),
	UUID(struct tokens, session_id, .required = true, .doc = "The session that both stand for."),
	SHAPE_END,
};

static const struct field refresh[] = {
	TEXT(struct refresh, refresh_token, .required = true, .min = 1, .max = 200, .secret = true,
	    .example = "\"AQGQtaAA\"", .doc = "The newest that was received."),
	SHAPE_END,
};

static const struct field logout[] = {
	CHOICE(struct logout, scope, .choices = scopes, .example = "\"this\"", .doc = "Which sessions; `this` unless said."),
	SHAPE_END,
};

static const struct field me[] = {
	UUID(struct me, id, .required = true, .doc = "The user or service."),
	TEXT(struct me, kind, .required = true, .example = "\"user\"", .doc = "`user` or `service`."),
	TEXT(struct me, tier, .required = true, .example = "\"standard\"", .doc = "`standard` or `vip`: which limits."),
	UUID(struct me, session_id, .required = true, .doc = "The session, or the API key."),
	TEXT(struct me, email, .max = 254, .example = "\"ada@example.com\"", .doc = "Of a user."),
	TEXT(struct me, name, .max = 200, .example = "\"Ada Lovelace\"", .doc = "If one was given."),
	TEXT(struct me, region, .example = "\"GB\"", .doc = "ISO 3166-1 alpha-2, if one was given."),
	BOOL(struct me, verified, .example = "true", .doc = "Whether the address has been proved."),
	INSTANT(struct me, created_at, .doc = "When the user signed up."),
	UUIDS(struct me, parties, .required = true, .doc = "For whom the caller may act; itself first."),
	TEXTS(struct me, roles, .required = true, .example = "[\"billing\"]", .doc = "Held everywhere."),
	TEXTS(struct me, permissions, .required = true, .example = "[\"user.read\"]", .doc = "What the caller may do everywhere."),
	SHAPE_END,
};

static const struct field discovery[] = {
	TEXT(struct discovery, issuer, .required = true, .example = "\"https://api.example.com\"", .doc = "`iss` of our tokens."),
	TEXT(struct discovery, jwks_uri, .required = true, .example = "\"https://api.example.com/.well-known/jwks.json\"",
	    .doc = "The keys."),
	TEXT(struct discovery, token_endpoint, .required = true, .example = "\"https://api.example.com/v1/auth/refresh\"",
	    .doc = "Where tokens are renewed."),
	TEXTS(struct discovery, response_types_supported, .required = true, .example = "[\"code\"]", .doc = "As the standard wants it."),
	TEXTS(struct discovery, subject_types_supported, .required = true, .example = "[\"public\"]", .doc = "As the standard wants it."),
	TEXTS(struct discovery, id_token_signing_alg_values_supported, .required = true, .example = "[\"ES256\"]",
	    .doc = "How tokens are signed."),
	SHAPE_END,
};
/* clang-format on */

const struct shape credentials_shape = { "credentials", credentials, sizeof(struct credentials) };
const struct shape signup_shape = { "signup", signup, sizeof(struct signup) };
const struct shape signup_job_shape = { "signup_job", signup_job, sizeof(struct signup) };
const struct shape refused_job_shape = { "refused_job", refused_job, sizeof(struct refused_job) };
const struct shape secret_shape = { "link_token", secret, sizeof(struct secret) };
const struct shape address_shape = { "email_address", address, sizeof(struct address) };
const struct shape send_link_shape = { "send_link", send_link, sizeof(struct send_link) };
const struct shape reset_shape = { "password_reset", reset, sizeof(struct reset) };
const struct shape change_shape = { "password_change", change, sizeof(struct change) };
const struct shape setup_shape = { "setup", setup, sizeof(struct setup) };
const struct shape tokens_shape = { "tokens", tokens, sizeof(struct tokens) };
const struct shape refresh_shape = { "refresh", refresh, sizeof(struct refresh) };
const struct shape logout_shape = { "logout", logout, sizeof(struct logout) };
const struct shape me_shape = { "me", me, sizeof(struct me) };
const struct shape discovery_shape = { "discovery", discovery, sizeof(struct discovery) };
