/*
 * oauth_state.c -- a cookie that no page can read and no other site can set; Lax, because the provider sends the
 * browser back by a link.  Whoever comes back without it, or with another's state, did not begin here.
 */
#include <json-c/json.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/json/check.h"
#include "core/json/write.h"
#include "core/trust/key.h"
#include "core/web/cookie.h"
#include "handlers/auth/oauth.h"

#define COOKIE      "__Host-stoa_oauth"
#define RULES       "; Path=/; Secure; HttpOnly; SameSite=Lax"
#define LIFETIME    600 /* seconds */
#define SEALED_FOR  "oauth.state"
#define SECRET_SIZE 32

static const char *
secret(struct request *req)
{
	uint8_t bytes[SECRET_SIZE];

	env_random(req->env, bytes, sizeof(bytes));
	return base64url_encode(req->arena, bytes, sizeof(bytes));
}

void
oauth_state_make(struct request *req, struct oauth_state *state)
{
	state->state = secret(req);
	state->nonce = secret(req);
	state->verifier = secret(req);
}

static void
member(struct json_writer *writer, const char *name, const char *text)
{
	json_name(writer, name);
	json_text(writer, text);
}

void
oauth_state_put(struct reply *out, const struct oauth_state *state)
{
	struct request *req = out->req;
	struct json_writer writer;
	struct buffer text;
	struct bytes sealed;

	buffer_init(&text, req->arena);
	json_writer_init(&writer, &text);
	json_begin(&writer, '{');
	member(&writer, "provider", state->provider);
	member(&writer, "return_to", state->return_to);
	member(&writer, "state", state->state);
	member(&writer, "nonce", state->nonce);
	member(&writer, "verifier", state->verifier);
	json_name(&writer, "until");
	json_number(&writer, env_now(req->env).micros / SECOND + LIFETIME);
	json_end(&writer, '}');
	sealed = seal(req->arena, req->env, SEALED_FOR, (struct bytes){ (const uint8_t *)text.data, text.length });
	reply_header(out, "Set-Cookie",
	    arena_format(req->arena, COOKIE "=%s; Max-Age=%d" RULES,
		base64url_encode(req->arena, sealed.data, sealed.length), LIFETIME));
}

void
oauth_state_clear(struct reply *out)
{
	reply_header(out, "Set-Cookie", COOKIE "=; Max-Age=0" RULES);
}

static const char *
text_of(struct json_object *object, const char *name)
{
	struct json_object *value;

	return json_object_object_get_ex(object, name, &value) ? json_object_get_string(value) : NULL;
}

bool
oauth_state_find(struct request *req, struct oauth_state *state_r)
{
	const char *cookie = cookie_find(req, COOKIE);
	struct json_object *object, *until;
	struct bytes sealed, plain;
	struct json_fault fault;

	if (*cookie == '\0' || !base64url_decode(req->arena, cookie, strlen(cookie), &sealed) ||
	    !unseal(req->arena, SEALED_FOR, sealed, &plain))
		return false;
	object = json_parse(req->arena, (const char *)plain.data, plain.length, &fault);
	if (object == NULL || !json_object_object_get_ex(object, "until", &until) ||
	    json_object_get_int64(until) <= env_now(req->env).micros / SECOND)
		return false;
	*state_r = (struct oauth_state){ text_of(object, "provider"), text_of(object, "return_to"),
		text_of(object, "state"), text_of(object, "nonce"), text_of(object, "verifier") };
	return true;
}
