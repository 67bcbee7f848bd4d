/* auth.h -- what the files of this room share: their handlers, and the shapes of what comes in and goes out. */
#ifndef STOA_HANDLERS_AUTH_AUTH_H
#define STOA_HANDLERS_AUTH_AUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/encode.h"
#include "core/web/route.h"

/* ---- login.c ---- */
handler_function login_prepare, login_open;

struct second_factor;

/* Somebody who is about to be signed in.  Left by `prepare` in req->prepared. */
struct sign_in {
	struct uuid party;
	const char *password; /* as it is kept; NULL: it was not asked for */
	const char *rehashed; /* under the present parameters; NULL: it is already */
	const char *email;    /* counted attempts at which are forgiven; NULL: none were */
	const struct second_factor *second_factor; /* NULL: none was shown */
	const char *device_type;
	const char *method; /* in the login history: "password", "link" */
	const char *says;   /* in the audit: "signed in" */
};
/* Counts the try, checks the password, and says why not: by `prepare`, outside any transaction. */
const struct problem *sign_in_check(
    struct request *req, const char *email, const char *password, struct sign_in *sign_in_r);

/* ---- refused.c ---- */
struct credentials;
/* By `prepare`: whoever has the address will find it in the login history.  `why`, or what keeps us from telling. */
const struct problem *sign_in_refused(
    struct request *req, const struct credentials *given, const struct problem *why);
handler_function refused_tell;

/* In the handler: what was counted in vain is forgiven. */
void sign_in_forgive(struct request *req, const struct sign_in *sign_in);

/* ---- token.c: what a session is given ---- */
struct tokens {
	const char *access_token;
	const char *refresh_token; /* NULL: it went into a cookie */
	const char *token_type;
	int64_t expires_in;
	struct uuid session_id;
};
/* What the client calls itself, in as many characters as the history holds; may be NULL. */
const char *device_of(struct request *req);
const struct problem *access_token_make(
    struct request *req, struct uuid party, struct uuid session, int64_t authz_ver, const char **text_r);
/* Starts a session of the user, in the transaction at hand; 403 and 401 when the user may not have one. */
const struct problem *session_open(struct request *req, const struct sign_in *sign_in, struct tokens *tokens_r);

/* What the handlers of both kinds of sign-in do, after login_prepare. */
const struct problem *login_finish(struct request *req, struct tokens *tokens_r);

/* ---- console.c ---- */
handler_function console_login_prepare, console_login, console_refresh, console_logout;

/* ---- signup.c, verify.c, password.c, setup.c ---- */
handler_function signup_prepare, signup_take, signup_work;
handler_function verify_address, verify_resend, password_forgot, link_send;
handler_function reset_prepare, reset_password, change_prepare, change_password;
handler_function setup_prepare, setup_make;

/* ---- refresh.c ---- */
handler_function refresh_tokens, session_logout;
const char *refresh_token_make(struct request *req, struct uuid session, int64_t counter, struct instant expires);
/* New tokens for whoever shows one of this session; 401. */
const struct problem *refresh_token_exchange(struct request *req, const char *text, struct tokens *tokens_r);

/* Which token it is; false: it is none of ours, or too old. */
bool refresh_token_read(struct request *req, const char *text, struct uuid *session_r, int64_t *counter_r);

/* ---- me.c, well_known.c ---- */
handler_function me_show, me_check;
handler_function jwks_show, discovery_show;

/* ---- shapes.c ---- */
struct credentials {
	const char *email, *password, *otp, *device_type;
};
extern const struct shape credentials_shape;
extern const struct shape tokens_shape; /* of struct tokens */

struct signup {
	const char *email, *password, *name, *region, *device_type;
};
extern const struct shape signup_shape;
extern const struct shape signup_job_shape; /* `password` is its hash, sealed */

struct refused_job {
	const char *email, *device_type, *device, *address, *outcome;
};
extern const struct shape refused_job_shape;

struct secret {
	const char *token, *device_type;
};
extern const struct shape secret_shape;

struct address {
	const char *email;
};
extern const struct shape address_shape;

struct send_link {
	const char *email, *link;
};
extern const struct shape send_link_shape;

struct reset {
	const char *token, *password;
};
extern const struct shape reset_shape;

struct change {
	const char *password, *new_password;
	bool end_others;
};
extern const struct shape change_shape;

struct setup {
	const char *token, *email, *password, *name;
};
extern const struct shape setup_shape;

struct refresh {
	const char *refresh_token;
};
extern const struct shape refresh_shape;

struct logout {
	const char *scope;
};
extern const struct shape logout_shape;

struct me {
	struct uuid id;
	const char *kind, *tier;
	struct uuid session_id;
	const char *email, *name, *region;
	const bool *verified;
	const struct instant *created_at;
	struct uuids parties;
	struct texts roles, permissions;
};
extern const struct shape me_shape;

struct discovery {
	const char *issuer, *jwks_uri, *token_endpoint;
	struct texts response_types_supported, subject_types_supported, id_token_signing_alg_values_supported;
};
extern const struct shape discovery_shape;

#define PASSWORD_LEAST 12
#define PASSWORD_MOST  128

#endif
