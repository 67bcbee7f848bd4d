/* totp.h -- the second factor: an authenticator's codes, and codes on paper. */
#ifndef STOA_HANDLERS_AUTH_TOTP_H
#define STOA_HANDLERS_AUTH_TOTP_H

#include "core/web/route.h"

/* ---- second_factor.c ---- */

/* A code that was right when it was looked at; whether it still counts is decided when it is used. */
struct second_factor {
	struct uuid party;
	int64_t step;          /* 0: a code on paper */
	struct bytes on_paper; /* its hash */
	struct bytes secret;   /* sealed, as it was when the code was right */
};
/*
 * By `prepare`: NULL with *factor_r NULL: this user needs none.  401 when one is needed and was not given, or was
 * wrong; 429 when too many were.  `pending`: of an authenticator that has not been confirmed yet.
 */
const struct problem *second_factor_check(
    struct request *req, struct uuid party, const char *code, bool pending, struct second_factor **factor_r);
/* In the transaction at hand: no code counts twice. */
const struct problem *second_factor_use(struct request *req, const struct second_factor *factor);
const struct problem *second_factor_wrong(struct request *req);

/* ---- totp.c ---- */
handler_function totp_begin;
handler_function totp_confirm_prepare, totp_confirm;
handler_function totp_remove_prepare, totp_remove;

/* ---- totp_shapes.c ---- */
struct one_code {
	const char *otp;
};
extern const struct shape one_code_shape;

struct new_totp {
	const char *secret, *uri;
};
extern const struct shape new_totp_shape;

struct recovery_codes {
	struct texts recovery_codes;
};
extern const struct shape recovery_codes_shape;

#endif
