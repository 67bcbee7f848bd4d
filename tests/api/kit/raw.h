/*
 * raw.h -- requests that no honest client sends: bytes to nginx as they are, over TLS or plain, and FastCGI records to
 * a pool's own socket.  The answer is taken apart into the world's, as after call(); it is not compared with the
 * reference.
 */
#ifndef STOA_TESTS_API_KIT_RAW_H
#define STOA_TESTS_API_KIT_RAW_H

#include "tests/api/kit/world.h"

/* The whole request as text, or as bytes. Status 0: the connection was closed without an answer. */
#define send_raw(w, text)               kit_send_raw(w, text, strlen(text), HERE)
#define send_raw_bytes(w, data, length) kit_send_raw(w, data, length, HERE)
void kit_send_raw(struct world *w, const void *data, size_t length, struct place place);
/* "GET TARGET HTTP/1.1", Host, Connection: close, and `lines`, each ended by \r\n. */
#define get_raw(w, target, lines) kit_get_raw(w, target, lines, HERE)
void kit_get_raw(struct world *w, const char *target, const char *lines, struct place place);

/* FastCGI: name and value pairs, NULL-terminated, and a body of which only `sent` bytes go out. */
struct fastcgi_ask {
	const char *socket;
	const char *const *parameters;
	const char *body;
	size_t sent;
};
#define fastcgi_call(w, ask) kit_fastcgi_call(w, ask, HERE)
void kit_fastcgi_call(struct world *w, const struct fastcgi_ask *ask, struct place place);
/* Any bytes to the socket; how many came back. */
size_t fastcgi_send_bytes(struct world *w, const char *socket, const void *data, size_t length);
/* The socket of a pool of the world's platform. */
const char *pool_socket(struct world *w, const char *pool);

#endif
