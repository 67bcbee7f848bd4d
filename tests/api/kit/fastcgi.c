/* fastcgi.c -- the place of nginx: one request in FastCGI records to a pool's socket. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fastcgi.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/config/config.h"
#include "tests/api/kit/raw.h"

#define PATIENCE_MS 8000
#define CONTENT_MAX 65528

const char *
pool_socket(struct world *w, const char *pool)
{
	const struct config_pool *settings = config_pool(w->config, pool);

	if (settings != NULL && *settings->listen != '\0')
		return settings->listen;
	return arena_format(w->arena, "%s/%s.sock", w->config->global.run_dir, pool);
}

static void
add_record(struct buffer *out, uint8_t type, const void *content, size_t length)
{
	const FCGI_Header header = {
		.version = FCGI_VERSION_1,
		.type = type,
		.requestIdB0 = 1,
		.contentLengthB1 = (uint8_t)(length >> 8),
		.contentLengthB0 = (uint8_t)length,
	};

	buffer_add(out, &header, sizeof(header));
	buffer_add(out, content, length);
}

static void
add_stream(struct buffer *out, uint8_t type, const char *content, size_t length)
{
	for (size_t part; length > 0; content += part, length -= part) {
		part = length < CONTENT_MAX ? length : CONTENT_MAX;
		add_record(out, type, content, part);
	}
	add_record(out, type, "", 0);
}

static void
add_length(struct buffer *out, size_t length)
{
	if (length > 127) {
		buffer_char(out, (char)(0x80 | (length >> 24)));
		buffer_char(out, (char)(length >> 16));
		buffer_char(out, (char)(length >> 8));
	}
	buffer_char(out, (char)length);
}

static int
connect_to(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Everything that comes until the other side closes. */
static void
exchange(int fd, const char *data, size_t length, struct buffer *in)
{
	ssize_t got;

	while (length > 0 && (got = send(fd, data, length, MSG_NOSIGNAL)) > 0) {
		data += got;
		length -= (size_t)got;
	}
	while (poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, PATIENCE_MS) > 0 &&
	       (got = read(fd, buffer_room(in, 16384), 16384)) > 0)
		in->length += (size_t)got;
	buffer_text(in, "");
}

size_t
fastcgi_send_bytes(struct world *w, const char *socket, const void *data, size_t length)
{
	const int fd = connect_to(socket);
	struct buffer in;

	if (fd < 0)
		return 0;
	buffer_init(&in, w->arena);
	exchange(fd, data, length, &in);
	close(fd);
	return in.length;
}

/* STDOUT's records in a row; a "Status:" line becomes HTTP's. */
static void
unpack(struct buffer *out, const struct buffer *in)
{
	struct buffer body;
	unsigned status = 200;
	const char *line;

	buffer_init(&body, out->arena);
	for (size_t at = 0; at + FCGI_HEADER_LEN <= in->length;) {
		const uint8_t *header = (const uint8_t *)in->data + at;
		const size_t length = (size_t)header[4] << 8 | header[5];

		if (header[1] == FCGI_STDOUT && at + FCGI_HEADER_LEN + length <= in->length)
			buffer_add(&body, header + FCGI_HEADER_LEN, length);
		at += FCGI_HEADER_LEN + length + header[6];
	}
	buffer_text(&body, "");
	if ((line = strstr(body.data, "Status: ")) != NULL)
		status = (unsigned)strtoul(line + 8, NULL, 10);
	if (body.length > 0)
		buffer_format(out, "HTTP/1.1 %u -\r\n", status);
	buffer_add(out, body.data, body.length);
}

void
kit_fastcgi_call(struct world *w, const struct fastcgi_ask *ask, struct place place)
{
	const FCGI_BeginRequestBody begin = { .roleB0 = FCGI_RESPONDER };
	struct buffer records, parameters, in, http;
	const int fd = connect_to(ask->socket);

	if (fd < 0)
		kit_fail(place, "cannot connect to %s", ask->socket);
	buffer_init(&records, w->arena);
	buffer_init(&parameters, w->arena);
	buffer_init(&in, w->arena);
	buffer_init(&http, w->arena);
	for (const char *const *pair = ask->parameters; *pair != NULL; pair += 2) {
		add_length(&parameters, strlen(pair[0]));
		add_length(&parameters, strlen(pair[1]));
		buffer_text(&parameters, pair[0]);
		buffer_text(&parameters, pair[1]);
	}
	add_record(&records, FCGI_BEGIN_REQUEST, &begin, sizeof(begin));
	add_stream(&records, FCGI_PARAMS, parameters.data, parameters.length);
	add_stream(&records, FCGI_STDIN, ask->body, ask->sent);
	exchange(fd, records.data, records.length, &in);
	close(fd);
	unpack(&http, &in);
	answer_parse(w, (struct bytes){ (const uint8_t *)http.data, http.length });
}
