/* issuer.c -- the letter of somebody else's token: the header before any key is looked for, the claims after the
 * signature held. */
#include "core/trust/issuer.h"

#include <json-c/json.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/json/check.h"
#include "core/trust/issuer_key.h"
#include "core/trust/token_judge.h"

#define KID_MOST     255
#define SUBJECT_MOST 255
#define TIME_MOST    INT64_C(253402300799)

static struct json_object *
object_of(struct arena *arena, struct bytes json)
{
	struct json_fault fault;
	struct json_object *object = json_parse(arena, (const char *)json.data, json.length, &fault);

	return object != NULL && json_object_is_type(object, json_type_object) ? object : NULL;
}

static const char *
text_of(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

static bool
is(const char *text, const char *wanted)
{
	return text != NULL && strcmp(text, wanted) == 0;
}

/* Each of these would have us take the key from the token, or do something else that it wants. */
static bool
wants_something(struct json_object *header)
{
	static const char *const names[] = { "crit", "jku", "jwk", "x5u", "x5c", "b64", "zip", "enc" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (json_object_object_get_ex(header, names[i], NULL))
			return true;
	return false;
}

static const char *
judge_header(struct json_object *header, bool access_token, const char **alg_r, const char **kid_r)
{
	if (header == NULL)
		return "the header is not a JSON object";
	*alg_r = text_of(header, "alg");
	if (!is(*alg_r, "RS256") && !is(*alg_r, "ES256"))
		return "alg is neither RS256 nor ES256";
	if (json_object_object_get_ex(header, "typ", NULL) && !is(text_of(header, "typ"), "JWT") &&
	    !(access_token && is(text_of(header, "typ"), "at+jwt")))
		return "typ is not JWT";
	if (wants_something(header))
		return "the header wants something of us";
	*kid_r = text_of(header, "kid");
	return *kid_r == NULL || **kid_r == '\0' || strlen(*kid_r) > KID_MOST ? "kid names no key" : NULL;
}

/* One text, or a list that holds it; then `azp` must say that it was made for us. */
static const char *
judge_audience(struct json_object *claims, const char *audience, bool access_token)
{
	struct json_object *aud;
	bool found = false;
	size_t count = 1;

	if (!json_object_object_get_ex(claims, "aud", &aud))
		return "aud is missing";
	if (json_object_is_type(aud, json_type_array)) {
		count = json_object_array_length(aud);
		for (size_t i = 0; i < count; i++) {
			struct json_object *item = json_object_array_get_idx(aud, i);

			found = found || (json_object_is_type(item, json_type_string) &&
					     strcmp(json_object_get_string(item), audience) == 0);
		}
	} else {
		found = is(text_of(claims, "aud"), audience);
	}
	if (!found)
		return "aud is not us";
	if (access_token)
		return NULL;
	if ((count > 1 || json_object_object_get_ex(claims, "azp", NULL)) && !is(text_of(claims, "azp"), audience))
		return "azp is not us";
	return NULL;
}

/* RFC 7519 has numbers with a fraction too; it is dropped.  *came_r false: it was not said. */
static bool
time_of(struct json_object *claims, const char *name, struct instant *instant_r, bool *came_r)
{
	struct json_object *value;
	int64_t seconds;

	*came_r = json_object_object_get_ex(claims, name, &value);
	if (!*came_r)
		return true;
	if (!json_object_is_type(value, json_type_int))
		return false;
	seconds = json_object_get_int64(value);
	instant_r->micros = seconds * SECOND;
	return seconds > 0 && seconds <= TIME_MOST;
}

static const char *
judge_times(struct json_object *claims, struct instant now, struct issuer_claims *claims_r)
{
	struct instant issued = { 0 }, begins = { 0 };
	bool came;

	if (!time_of(claims, "exp", &claims_r->expires, &came) || !came)
		return "exp is missing or no time";
	if (claims_r->expires.micros <= now.micros)
		return "expired";
	if (!time_of(claims, "iat", &issued, &came) || !came)
		return "iat is missing or no time";
	if (issued.micros > now.micros + TOKEN_LEEWAY)
		return "issued in the future";
	if (!time_of(claims, "nbf", &begins, &came))
		return "nbf is no time";
	return came && begins.micros > now.micros + TOKEN_LEEWAY ? "not valid yet" : NULL;
}

static const char *
kept(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_text(arena, text);
}

static const char *
judge_claims(
    struct arena *arena, struct json_object *claims, const struct issuer_wants *wants, struct issuer_claims *claims_r)
{
	struct json_object *verified;
	const char *reason;

	if (claims == NULL)
		return "the claims are not a JSON object";
	if (!is(text_of(claims, "iss"), wants->issuer))
		return "iss is another";
	if ((reason = judge_audience(claims, wants->audience, wants->access_token)) != NULL ||
	    (reason = judge_times(claims, wants->now, claims_r)) != NULL)
		return reason;
	if (wants->nonce != NULL && !is(text_of(claims, "nonce"), wants->nonce))
		return "nonce is another";
	claims_r->subject = kept(arena, text_of(claims, "sub"));
	if (claims_r->subject == NULL || *claims_r->subject == '\0' || strlen(claims_r->subject) > SUBJECT_MOST)
		return "sub is nobody";
	claims_r->email = kept(arena, text_of(claims, "email"));
	if (claims_r->email != NULL && !text_is_email(claims_r->email))
		return "email is no address";
	claims_r->name = kept(arena, text_of(claims, "name"));
	claims_r->email_verified = json_object_object_get_ex(claims, "email_verified", &verified) &&
				   json_object_is_type(verified, json_type_boolean) &&
				   json_object_get_boolean(verified);
	return NULL;
}

bool
issuer_claims_to_be(struct arena *arena, const char *text, const char *issuer)
{
	struct json_object *claims;
	struct token_parts parts;

	if (token_split(arena, text, &parts) != NULL || (claims = object_of(arena, parts.claims)) == NULL)
		return false;
	return is(text_of(claims, "iss"), issuer);
}

const char *
issuer_judge(struct arena *arena, const char *text, struct bytes jwks, const struct issuer_wants *wants,
    struct issuer_claims *claims_r, bool *unknown_key_r)
{
	const char *reason, *alg, *kid;
	struct json_object *set;
	struct token_parts parts;
	struct bytes signed_text;
	EVP_PKEY *key;

	*unknown_key_r = false;
	memset(claims_r, 0, sizeof(*claims_r));
	if ((reason = token_split(arena, text, &parts)) != NULL ||
	    (reason = judge_header(object_of(arena, parts.header), wants->access_token, &alg, &kid)) != NULL)
		return reason;
	if ((set = object_of(arena, jwks)) == NULL)
		return "the key set is not a JSON object";
	if ((key = issuer_key(arena, set, kid, alg, unknown_key_r)) == NULL)
		return "no key of this kid is for this alg";
	signed_text = (struct bytes){ (const uint8_t *)parts.signed_text, parts.signed_length };
	if (!issuer_signature_holds(key, alg, signed_text, parts.signature))
		return "the signature does not hold";
	return judge_claims(arena, object_of(arena, parts.claims), wants, claims_r);
}
