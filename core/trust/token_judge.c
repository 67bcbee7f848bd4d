/*
 * token_judge.c -- the letter of a token.  The header is judged before any key is looked for, the claims after the
 * signature held.
 *
 * Unknown claims are let through: code N must believe what code N+1 signs.  Unknown members of the header are
 * not: every one that was ever invented (crit, jku, x5u, jwk, b64, zip) asks the reader to do something.
 */
#include "core/trust/token_judge.h"

#include <json-c/json.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/text.h"
#include "core/json/check.h"

/* No token of ours is from before 2020 or from after 9999. */
#define TIME_LEAST INT64_C(1577836800)
#define TIME_MOST  INT64_C(253402300799)
#define SCOPE_MAX  1024

const char *
token_split(struct arena *arena, const char *text, struct token_parts *parts_r)
{
	size_t length = strnlen(text, TOKEN_MAX + 1);
	const char *first, *second;

	if (length > TOKEN_MAX)
		return "longer than 4096 bytes";
	if ((first = strchr(text, '.')) == NULL || (second = strchr(first + 1, '.')) == NULL ||
	    strchr(second + 1, '.') != NULL)
		return "not three parts";
	parts_r->signed_text = text;
	parts_r->signed_length = (size_t)(second - text);
	if (!base64url_decode(arena, text, (size_t)(first - text), &parts_r->header))
		return "the header is not base64url";
	if (!base64url_decode(arena, first + 1, (size_t)(second - first - 1), &parts_r->claims))
		return "the claims are not base64url";
	if (!base64url_decode(arena, second + 1, strlen(second + 1), &parts_r->signature))
		return "the signature is not base64url";
	return NULL;
}

static const char *
text_of(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

static struct json_object *
object_of(struct arena *arena, struct bytes json)
{
	struct json_fault fault;
	struct json_object *object = json_parse(arena, (const char *)json.data, json.length, &fault);

	return object != NULL && json_object_is_type(object, json_type_object) ? object : NULL;
}

static bool
is_kid(const char *text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

	return text != NULL && strlen(text) == KID_SIZE - 1 && strspn(text, alphabet) == KID_SIZE - 1;
}

const char *
token_judge_header(struct arena *arena, struct bytes json, char kid_r[static KID_SIZE])
{
	struct json_object *header = object_of(arena, json), *alg, *typ, *kid;
	const char *text;

	if (header == NULL)
		return "the header is not a JSON object";
	if (!json_object_object_get_ex(header, "alg", &alg) || (text = text_of(alg)) == NULL ||
	    strcmp(text, "ES256") != 0)
		return "alg is not ES256";
	if (!json_object_object_get_ex(header, "typ", &typ) || (text = text_of(typ)) == NULL ||
	    strcmp(text, "JWT") != 0)
		return "typ is not JWT";
	if (!json_object_object_get_ex(header, "kid", &kid) || !is_kid(text = text_of(kid)))
		return "kid is not a thumbprint";
	if (json_object_object_length(header) != 3)
		return "the header says more than alg, typ and kid";
	memcpy(kid_r, text, KID_SIZE);
	return NULL;
}

static bool
claim_text(struct json_object *claims, const char *name, const char **text_r)
{
	struct json_object *value;

	return json_object_object_get_ex(claims, name, &value) && (*text_r = text_of(value)) != NULL;
}

/* One id has one text: 36 characters, lower case. */
static bool
claim_uuid(struct json_object *claims, const char *name, struct uuid *uuid_r)
{
	char again[UUID_TEXT_SIZE];
	const char *text;

	return claim_text(claims, name, &text) && uuid_parse(text, uuid_r) && !uuid_is_zero(*uuid_r) &&
	       strcmp(uuid_print(*uuid_r, again), text) == 0;
}

static bool
claim_number(struct json_object *claims, const char *name, int64_t least, int64_t most, int64_t *number_r)
{
	struct json_object *value;

	if (!json_object_object_get_ex(claims, name, &value) || !json_object_is_type(value, json_type_int))
		return false;
	*number_r = json_object_get_int64(value);
	return *number_r >= least && *number_r <= most;
}

static bool
claim_time(struct json_object *claims, const char *name, struct instant *instant_r)
{
	int64_t seconds;

	if (!claim_number(claims, name, TIME_LEAST, TIME_MOST, &seconds))
		return false;
	instant_r->micros = seconds * SECOND;
	return true;
}

static const char *
judge_times(struct json_object *claims, struct instant now, struct token *token_r)
{
	struct instant not_before;

	if (!claim_time(claims, "iat", &token_r->issued) || !claim_time(claims, "nbf", &not_before) ||
	    !claim_time(claims, "exp", &token_r->expires))
		return "iat, nbf or exp is missing or no time";
	if (token_r->expires.micros <= now.micros)
		return "expired";
	if (not_before.micros > now.micros + TOKEN_LEEWAY)
		return "not valid yet";
	if (token_r->issued.micros > now.micros + TOKEN_LEEWAY)
		return "issued in the future";
	if (token_r->expires.micros <= token_r->issued.micros || token_r->expires.micros <= not_before.micros)
		return "expires before it begins";
	if (token_r->expires.micros - token_r->issued.micros > TOKEN_LIFETIME_MAX)
		return "lives longer than a day";
	return NULL;
}

static const char *
judge_rights(struct arena *arena, struct json_object *claims, struct token *token_r)
{
	const char *scope;
	struct uuid organization;

	if (!claim_uuid(claims, "sub", &token_r->subject))
		return "sub is not an id";
	if (!claim_uuid(claims, "sid", &token_r->session))
		return "sid is not an id";
	if (json_object_object_get_ex(claims, "org", NULL)) {
		if (!claim_uuid(claims, "org", &organization))
			return "org is not an id";
		token_r->organization =
		    (const struct uuid *)(const void *)arena_copy(arena, &organization, sizeof(organization));
	}
	if (!claim_number(claims, "ver", 0, INT64_MAX - 1, &token_r->authz_ver))
		return "ver is not a version";
	if (!claim_text(claims, "scope", &scope) || strlen(scope) > SCOPE_MAX)
		return "scope is not text";
	token_r->scope = arena_text(arena, scope);
	return NULL;
}

/* `aud` is our purpose: what is signed for anything else says so there, even with the same key. */
const char *
token_judge_claims(
    struct arena *arena, struct bytes json, const char *issuer, struct instant now, struct token *token_r)
{
	struct json_object *claims = object_of(arena, json);
	const char *text, *reason;

	memset(token_r, 0, sizeof(*token_r));
	if (claims == NULL)
		return "the claims are not a JSON object";
	if (!claim_text(claims, "iss", &text) || !text_equal(text, issuer))
		return "iss is not us";
	if (!claim_text(claims, "aud", &text) || strcmp(text, TOKEN_AUDIENCE) != 0)
		return "aud is not us";
	if ((reason = judge_times(claims, now, token_r)) != NULL)
		return reason;
	return judge_rights(arena, claims, token_r);
}
