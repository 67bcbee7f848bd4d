/* fastcgi_client.h -- asks a pool directly over its socket, one request a connection, as nginx does. */
#ifndef STOA_TESTS_FASTCGI_CLIENT_H
#define STOA_TESTS_FASTCGI_CLIENT_H

#include <stdbool.h>
#include <stddef.h>

struct fastcgi_answer {
	int status;    /* 0: no whole answer came */
	bool complete; /* the end record came, and Content-Length bytes before it */
	char *text;    /* head and body; free it */
	size_t length;
	const char *body;
	size_t body_length;
	double seconds;
};

/* `place` is a path or address:port. */
int fastcgi_connect(const char *place);
struct fastcgi_answer fastcgi_ask(const char *place, const char *method, const char *target, const void *body, size_t length);
/* In two steps, for requests that stay open. */
int fastcgi_send(const char *place, const char *method, const char *target, const void *body, size_t length);
struct fastcgi_answer fastcgi_receive(int fd);

#endif
