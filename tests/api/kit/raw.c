/* raw.c -- bytes to nginx over TLS, and what comes back until it closes. */
#include "tests/api/kit/raw.h"

#include <poll.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"

#define PATIENCE (8 * SECOND)

static CURL *
connect_to(struct world *w, struct place place)
{
	CURL *curl = curl_easy_init();
	CURLcode code;

	curl_easy_setopt(curl, CURLOPT_URL, w->base);
	curl_easy_setopt(curl, CURLOPT_CAINFO, w->certificate);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
	code = curl_easy_perform(curl);
	if (code != CURLE_OK)
		kit_fail(place, "cannot connect to %s: %s", w->base, curl_easy_strerror(code));
	return curl;
}

static bool
wait_for(CURL *curl, short events, int64_t until)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	const int64_t left = until - env_monotonic(&env_system);

	curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd);
	return left > 0 && poll(&(struct pollfd){ fd, events, 0 }, 1, (int)(left / MILLISECOND)) > 0;
}

static void
send_all(CURL *curl, const char *data, size_t length, int64_t until)
{
	while (length > 0) {
		size_t sent = 0;
		const CURLcode code = curl_easy_send(curl, data, length, &sent);

		data += sent;
		length -= sent;
		if (code == CURLE_AGAIN && wait_for(curl, POLLOUT, until))
			continue;
		if (code != CURLE_OK)
			return; /* It has heard enough; its answer is still to be read. */
	}
}

void
kit_send_raw(struct world *w, const void *data, size_t length, struct place place)
{
	const int64_t until = env_monotonic(&env_system) + PATIENCE;
	CURL *curl = connect_to(w, place);
	struct buffer wire;
	size_t got = 0;
	CURLcode code;

	buffer_init(&wire, w->arena);
	send_all(curl, data, length, until);
	do {
		code = curl_easy_recv(curl, buffer_room(&wire, 16384), 16384, &got);
		if (code == CURLE_OK)
			wire.length += got;
	} while (code == CURLE_OK ? got > 0 : code == CURLE_AGAIN && wait_for(curl, POLLIN, until));
	curl_easy_cleanup(curl);
	buffer_text(&wire, "");
	answer_parse(w, (struct bytes){ (const uint8_t *)wire.data, wire.length });
}

void
kit_get_raw(struct world *w, const char *target, const char *lines, struct place place)
{
	const char *text = arena_format(w->arena, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n", target,
	    strstr(w->base, "://") + 3, lines);

	kit_send_raw(w, text, strlen(text), place);
}
