/*
 * credential_fuzz.c -- any text as what a stranger shows to be somebody: an API key, a refresh token, cookies, a code
 * of an authenticator, and the form that a token comes in; the first byte says which.  What is taken must have been the
 * only way to write it.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/trust/api_key.h"
#include "core/trust/key.h"
#include "core/trust/totp.h"
#include "core/web/cookie.h"
#include "core/web/shape.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/introspect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool well)
{
	if (!well)
		abort();
}

/* A master secret of this process alone. */
static void
open_secrets(struct arena *arena)
{
	static bool is_open;
	char path[] = "/tmp/credential_fuzz.XXXXXX";
	struct config config = { 0 };
	uint8_t bytes[32];
	int fd;

	if (is_open)
		return;
	env_random(&env_system, bytes, sizeof(bytes));
	must((fd = mkstemp(path)) >= 0);
	must(dprintf(fd, "01234567:%s\n", base64_encode(arena, bytes, sizeof(bytes))) > 0 && close(fd) == 0);
	config.global.secret_key_file = path;
	must(key_open(&config));
	unlink(path);
	is_open = true;
}

static void
api_key(struct request *req, const char *text)
{
	struct api_key key;

	if (strncmp(text, API_KEY_PREFIX, strlen(API_KEY_PREFIX)) != 0 || !api_key_parse(req, text, &key))
		return;
	must(strlen(text) == strlen(API_KEY_PREFIX) + 32 + 1 + 64 && key.hash.length == SHA256_SIZE);
	must(strncmp(text + strlen(API_KEY_PREFIX), hex_encode(req->arena, key.id.bytes, sizeof(key.id.bytes)), 32) ==
	     0);
}

/* Nobody guesses a MAC, so what is read was made here; and one of ours with another character anywhere is none. */
static void
refresh_token(struct request *req, const uint8_t *data, size_t size)
{
	const struct instant end = { env_now(req->env).micros + SECOND * 3600 };
	struct uuid session = { .bytes = { 1 } }, read;
	int64_t counter = 0, counted;
	char *text;

	must(!refresh_token_read(req, arena_copy(req->arena, data, size), &read, &counted));
	memcpy(session.bytes, data, size < sizeof(session.bytes) ? size : sizeof(session.bytes));
	memcpy(&counter, data, size < sizeof(counter) ? size : sizeof(counter));
	text = arena_text(req->arena, refresh_token_make(req, session, counter, end));
	must(refresh_token_read(req, text, &read, &counted) && counted == counter && uuid_equal(read, session));
	if (size < 2 || data[0] >= strlen(text) || text[data[0]] == (char)data[1])
		return;
	text[data[0]] = (char)data[1];
	must(!refresh_token_read(req, text, &read, &counted));
}

static void
cookies(struct request *req, const char *text)
{
	struct header header = { "cookie", text };
	const char *found;

	req->headers = &header;
	req->header_count = 1;
	found = cookie_find(req, "__Host-stoa");
	must(strchr(found, ';') == NULL && (*found == '\0' || strstr(text, found) != NULL));
}

static void
code(const char *text)
{
	static const uint8_t secret[TOTP_SECRET_SIZE] = "12345678901234567890";
	const struct bytes kept = { secret, sizeof(secret) };
	int64_t step;

	if (!totp_match(kept, (struct instant){ 59 * SECOND }, 0, text, &step))
		return;
	must(strlen(text) == TOTP_DIGITS && strspn(text, "0123456789") == TOTP_DIGITS && step >= 0 && step <= 2);
	must(totp_code(kept, step) == strtoul(text, NULL, 10));
}

static void
form(struct request *req, const uint8_t *data, size_t size)
{
	void *given;

	if (shape_decode_form(req, &token_form_shape, (struct bytes){ data, size }, &given) == NULL)
		must(((struct token_form *)given)->token[0] != '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct request req = { .arena = arena, .env = &env_system };

	if (size > 0) {
		const uint8_t *rest = data + 1;
		const char *text = arena_copy(arena, rest, size - 1);

		open_secrets(arena);
		switch (data[0] % 5) {
		case 0:
			api_key(&req, text);
			break;
		case 1:
			refresh_token(&req, rest, size - 1);
			break;
		case 2:
			cookies(&req, text);
			break;
		case 3:
			code(text);
			break;
		default:
			form(&req, rest, size - 1);
		}
	}
	arena_free(arena);
	return 0;
}
