/* totp_shapes.c -- codes, and what is shown once. */
#include "handlers/auth/totp.h"

/* clang-format off */
static const struct field one_code[] = {
	TEXT(struct one_code, otp, .required = true, .min = 6, .max = 32, .secret = true, .example = "\"287082\"",
	    .doc = "What the authenticator shows, or (not to confirm) a recovery code."),
	SHAPE_END,
};

static const struct field new_totp[] = {
	TEXT(struct new_totp, secret, .required = true, .example = "\"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\"",
	    .doc = "For authenticators that do not read pictures. It is shown this once."),
	TEXT(struct new_totp, uri, .required = true,
	    .example = "\"otpauth://totp/api.example.com:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=api.example.com\"",
	    .doc = "The same for a picture (QR code)."),
	SHAPE_END,
};

static const struct field recovery_codes[] = {
	TEXTS(struct recovery_codes, recovery_codes, .required = true, .example = "[\"GEZD-GNBV-GY3T-QOJQ\"]",
	    .doc = "Ten codes to keep on paper; each counts once, in place of the authenticator's. They are shown this once."),
	SHAPE_END,
};
/* clang-format on */

const struct shape one_code_shape = { "one_code", one_code, sizeof(struct one_code) };
const struct shape new_totp_shape = { "new_totp", new_totp, sizeof(struct new_totp) };
const struct shape recovery_codes_shape = { "recovery_codes", recovery_codes, sizeof(struct recovery_codes) };
