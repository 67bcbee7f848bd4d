/* provider.c -- asking a provider, and what is remembered of its answers. */
#include "handlers/auth/provider.h"

#include <json-c/json.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/json/check.h"
#include "core/net/http_client.h"
#include "core/net/http_kept.h"
#include "core/web/problem.h"

#define FRESH       (600 * SECOND)
#define ASKED_AGAIN (3 * SECOND) /* for a key that is not known: so often at most, whoever asks */
#define URL_MOST    2000

static const struct problem *
unavailable(struct request *req, const char *what, const char *url)
{
	log_line(WARN, req, "oauth", what, { "url", .text = url });
	return problem(req, PROBLEM_UNAVAILABLE, "The provider does not answer as it must; try again shortly.");
}

static const struct problem *
refused(struct request *req, const char *reason)
{
	log_line(INFO, req, "oauth", "a provider's word was not believed", { "reason", .text = reason });
	return problem(req, PROBLEM_UNAUTHENTICATED, "The provider's answer is not valid; sign in again.");
}

static const struct problem *
fetch(struct request *req, const char *url, int64_t fresh, const char **text_r)
{
	const char *reason = http_kept(req, url, fresh, text_r);

	return reason == NULL ? NULL : unavailable(req, reason, url);
}

static struct json_object *
object_of(struct request *req, const char *text, size_t length)
{
	struct json_fault fault;
	struct json_object *object = json_parse(req->arena, text, length, &fault);

	return object != NULL && json_object_is_type(object, json_type_object) ? object : NULL;
}

static const char *
member(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string))
		return NULL;
	return json_object_get_string(value);
}

/* What we send people to: no more than a URL, and none that says more than one header. */
static bool
is_url(const char *text)
{
	if (text == NULL || strlen(text) > URL_MOST ||
	    (strncmp(text, "https://", 8) != 0 && strncmp(text, "http://", 7) != 0))
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~' || *text == '#')
			return false;
	return true;
}

static const struct config_provider *
settings_of(const struct request *req, const char *name)
{
	for (size_t i = 0; i < req->config->provider_count; i++)
		if (strcmp(req->config->providers[i].name, name) == 0)
			return &req->config->providers[i];
	return NULL;
}

const struct problem *
provider_find(struct request *req, const char *name, struct provider **provider_r)
{
	const struct config_provider *settings = settings_of(req, name);
	struct provider *provider = ARENA_NEW(req->arena, struct provider);
	struct json_object *found;
	const struct problem *p;
	const char *url, *text;

	if (settings == NULL || *settings->issuer == '\0' || *settings->client_id == '\0')
		return problem(req, PROBLEM_NOT_FOUND, "No such provider.");
	url = arena_format(req->arena, "%s/.well-known/openid-configuration", settings->issuer);
	if ((p = fetch(req, url, FRESH, &text)) != NULL)
		return p;
	if ((found = object_of(req, text, strlen(text))) == NULL)
		return unavailable(req, "the provider's description is no JSON object", url);
	*provider = (struct provider){ settings, member(found, "authorization_endpoint"),
		member(found, "token_endpoint"), member(found, "jwks_uri") };
	if (member(found, "issuer") == NULL || strcmp(member(found, "issuer"), settings->issuer) != 0)
		return unavailable(req, "the provider describes another issuer", url);
	if (!is_url(provider->authorization_endpoint) || !is_url(provider->token_endpoint) ||
	    !is_url(provider->jwks_uri))
		return unavailable(req, "the provider's description lacks an address", url);
	*provider_r = provider;
	return NULL;
}

const struct problem *
provider_judge(struct request *req, const struct provider *provider, const char *id_token, const char *nonce,
    struct issuer_claims *claims_r)
{
	const struct issuer_wants wants = { .issuer = provider->settings->issuer,
		.audience = provider->settings->client_id,
		.nonce = nonce,
		.now = env_now(req->env) };
	const char *keys, *reason = NULL;
	const struct problem *p;
	bool unknown = true;

	for (int64_t fresh = FRESH; unknown; fresh = ASKED_AGAIN) {
		if ((p = fetch(req, provider->jwks_uri, fresh, &keys)) != NULL)
			return p;
		reason = issuer_judge(req->arena, id_token, (struct bytes){ (const uint8_t *)keys, strlen(keys) },
		    &wants, claims_r, &unknown);
		if (fresh == ASKED_AGAIN)
			break;
	}
	return reason == NULL ? NULL : refused(req, reason);
}

void
provider_add_escaped(struct buffer *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buffer_char(out, *text);
		else
			buffer_format(out, "%%%02X", (unsigned)(unsigned char)*text);
	}
}

static void
add_pair(struct buffer *out, const char *name, const char *value)
{
	buffer_format(out, "%s%s=", out->length > 0 ? "&" : "", name);
	provider_add_escaped(out, value);
}

/* RFC 6749 section 2.3.1: both parts are escaped before they are joined. */
static const char *
basic(struct request *req, const struct config_provider *settings)
{
	struct buffer pair;

	buffer_init(&pair, req->arena);
	provider_add_escaped(&pair, settings->client_id);
	buffer_char(&pair, ':');
	provider_add_escaped(&pair, settings->client_secret);
	return arena_format(req->arena, "Basic %s", base64_encode(req->arena, pair.data, pair.length));
}

const struct problem *
provider_exchange(struct request *req, const struct provider *provider, const char *code, const char *verifier,
    const char *redirect_uri, const char **id_token_r)
{
	const struct header headers[] = { { "Content-Type", "application/x-www-form-urlencoded" },
		{ "Accept", "application/json" }, { "Authorization", basic(req, provider->settings) } };
	struct http_answer answer;
	struct json_object *tokens;
	struct buffer form;

	buffer_init(&form, req->arena);
	add_pair(&form, "grant_type", "authorization_code");
	add_pair(&form, "code", code);
	add_pair(&form, "redirect_uri", redirect_uri);
	add_pair(&form, "code_verifier", verifier);
	http_ask(req,
	    &(struct http_ask){ .method = POST,
		.url = provider->token_endpoint,
		.headers = headers,
		.header_count = 3,
		.body = { (const uint8_t *)form.data, form.length },
		.timeout = http_patience(req) },
	    &answer);
	if (answer.failure != HTTP_OK || answer.status >= 500)
		return unavailable(req, http_failure_text(answer.failure), provider->token_endpoint);
	tokens = answer.status == 200 ? object_of(req, (const char *)answer.body.data, answer.body.length) : NULL;
	if (tokens == NULL || (*id_token_r = member(tokens, "id_token")) == NULL)
		return refused(req, "the token endpoint gives no ID token");
	return NULL;
}
