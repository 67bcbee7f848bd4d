/* fastcgi.c -- see fastcgi.h; what libfcgi does when nobody looks is in the comments. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/pool/fastcgi.h"
#include "core/web/reply.h"

#define SILENCE_MAX 1000 /* milliseconds before the first byte; nginx sends at once */
#define STALL_MAX 5      /* seconds that a single read or write may take */

/* Its defaults let a silent peer hold a worker for two seconds, twice. */
bool
fastcgi_open(void)
{
	setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "100", 1);
	setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "100", 1);
	return FCGX_Init() == 0;
}

int
fastcgi_accept(int listener)
{
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

/* Nobody is served whose answer nobody waits for: nginx closes its side when its own client has gone. */
static bool
is_there(int fd)
{
	struct pollfd peer = { .fd = fd, .events = POLLIN | POLLRDHUP };

	return poll(&peer, 1, SILENCE_MAX) == 1 && (peer.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0;
}

static void
limit_stalls(int fd)
{
	const struct timeval limit = { .tv_sec = STALL_MAX };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

/*
 * FCGX_Accept_r reads from ipcFd when one is set, and first finishes the request before, which does not close when
 * keepConnection is set.  On a protocol error it closes, and then fails at once for want of a listener.
 */
bool
fastcgi_begin(FCGX_Request *request, int fd)
{
	if (!is_there(fd)) {
		close(fd);
		return false;
	}
	limit_stalls(fd);
	FCGX_InitRequest(request, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	request->keepConnection = 1;
	request->ipcFd = fd;
	return FCGX_Accept_r(request) == 0;
}

/* Digits only; nothing sent is no body. */
static bool
parse_length(const char *text, size_t *length_r)
{
	*length_r = 0;
	for (; text != NULL && *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (*length_r <= BODY_MAX)
			*length_r = *length_r * 10 + (size_t)(*text - '0');
	}
	return true;
}

enum body
fastcgi_body(FCGX_Request *request, struct arena *arena, struct bytes *body_r)
{
	char *data;
	size_t length;

	*body_r = (struct bytes){ 0 };
	if (!parse_length(FCGX_GetParam("CONTENT_LENGTH", request->envp), &length))
		return BODY_BAD_LENGTH;
	if (length > BODY_MAX)
		return BODY_TOO_LARGE;
	if (length == 0)
		return BODY_OK;
	data = arena_alloc(arena, length + 1);
	/* A body that breaks off looks like one that ends: only the count tells. */
	if (FCGX_GetStr(data, (int)length, request->in) != (int)length)
		return BODY_SHORT;
	*body_r = (struct bytes){ .data = (const uint8_t *)data, .length = length };
	return BODY_OK;
}

static void
write_head(struct buffer *head, const struct reply *out, bool has_body)
{
	buffer_format(head, "Status: %u\r\n", out->status);
	if (out->content_type != NULL && has_body)
		buffer_format(head, "Content-Type: %s\r\n", out->content_type);
	for (size_t i = 0; i < out->header_count; i++)
		buffer_format(head, "%s: %s\r\n", out->headers[i].name, out->headers[i].value);
	if (has_body)
		buffer_format(head, "Content-Length: %zu\r\n", out->body.length);
	buffer_text(head, "\r\n");
}

bool
fastcgi_reply(FCGX_Request *request, const struct reply *out, bool head_only)
{
	bool has_body = out->status != 204 && out->status != 304;
	struct buffer head;

	buffer_init(&head, out->body.arena);
	write_head(&head, out, has_body);
	if (FCGX_PutStr(head.data, (int)head.length, request->out) < 0)
		return false;
	if (!has_body || head_only)
		return true;
	return FCGX_PutStr(out->body.data, (int)out->body.length, request->out) >= 0;
}

/*
 * libfcgi shuts its side, then waits until the peer has closed its own: a sleep and a wake-up for each request.  That
 * saves the answer from a reset when something unread is still on its way, which nothing is once the input has ended.
 *
 * A peer that asked to keep the connection would pin the worker: it is closed in any case.
 */
void
fastcgi_end(FCGX_Request *request)
{
	bool whole = FCGX_GetChar(request->in) == EOF && FCGX_GetError(request->in) == 0;

	request->keepConnection = whole;
	FCGX_Finish_r(request);
	if (request->ipcFd < 0)
		return;
	if (whole)
		close(request->ipcFd);
	else
		FCGX_Free(request, 1);
	request->ipcFd = -1;
}
