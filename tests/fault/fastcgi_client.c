/* fastcgi_client.c -- just enough of the protocol to be as strict as nginx about what comes back. */
#include "tests/fault/fastcgi_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };
#define RECORD_MAX 32768

static double
seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int
fastcgi_connect(const char *place)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in tcp = { .sin_family = AF_INET };
	char host[64];
	unsigned port;
	int fd, connected;

	if (sscanf(place, "%63[0-9.]:%u", host, &port) == 2 && inet_pton(AF_INET, host, &tcp.sin_addr) == 1) {
		tcp.sin_port = htons((uint16_t)port);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		connected = connect(fd, (const struct sockaddr *)&tcp, sizeof(tcp));
	} else {
		snprintf(local.sun_path, sizeof(local.sun_path), "%s", place);
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		connected = connect(fd, (const struct sockaddr *)&local, sizeof(local));
	}
	if (connected == 0)
		return fd;
	close(fd);
	return -1;
}

static bool
send_all(int fd, const void *data, size_t length)
{
	const char *at = data;

	while (length > 0) {
		ssize_t sent = send(fd, at, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		at += sent;
		length -= (size_t)sent;
	}
	return true;
}

static bool
send_record(int fd, uint8_t type, const void *data, size_t length)
{
	const uint8_t head[8] = { 1, type, 0, 1, (uint8_t)(length >> 8), (uint8_t)length, 0, 0 };

	return send_all(fd, head, sizeof(head)) && send_all(fd, data, length);
}

static size_t
put_length(uint8_t *at, size_t length)
{
	if (length < 128) {
		*at = (uint8_t)length;
		return 1;
	}
	at[0] = (uint8_t)(length >> 24 | 0x80);
	at[1] = (uint8_t)(length >> 16);
	at[2] = (uint8_t)(length >> 8);
	at[3] = (uint8_t)length;
	return 4;
}

static size_t
put_parameter(uint8_t *at, const char *name, const char *value)
{
	size_t names = strlen(name), values = strlen(value), used = put_length(at, names);

	used += put_length(at + used, values);
	memcpy(at + used, name, names);
	memcpy(at + used + names, value, values);
	return used + names + values;
}

static bool
send_parameters(int fd, const char *method, const char *target, size_t length)
{
	uint8_t data[4096];
	char count[24];
	size_t used = 0;

	snprintf(count, sizeof(count), "%zu", length);
	used += put_parameter(data + used, "REQUEST_METHOD", method);
	used += put_parameter(data + used, "REQUEST_URI", target);
	used += put_parameter(data + used, "REMOTE_ADDR", "127.0.0.1");
	used += put_parameter(data + used, "STOA_REQUEST_ID", "0123456789abcdef0123456789abcdef");
	used += put_parameter(data + used, "HTTPS", "on");
	used += put_parameter(data + used, "HTTP_HOST", "localhost");
	if (length > 0) {
		used += put_parameter(data + used, "CONTENT_LENGTH", count);
		used += put_parameter(data + used, "CONTENT_TYPE", "application/json");
	}
	return send_record(fd, PARAMS, data, used) && send_record(fd, PARAMS, "", 0);
}

static bool
send_body(int fd, const char *body, size_t length)
{
	while (length > 0) {
		size_t part = length < RECORD_MAX ? length : RECORD_MAX;

		if (!send_record(fd, STDIN, body, part))
			return false;
		body += part;
		length -= part;
	}
	return send_record(fd, STDIN, "", 0);
}

int
fastcgi_send(const char *place, const char *method, const char *target, const void *body, size_t length)
{
	static const uint8_t begin[8] = { 0, 1, 0 };
	int fd = fastcgi_connect(place);

	if (fd < 0)
		return -1;
	/* What breaks here shows in the answer. */
	if (send_record(fd, BEGIN_REQUEST, begin, sizeof(begin)) && send_parameters(fd, method, target, length))
		send_body(fd, body, length);
	return fd;
}

static bool
receive_all(int fd, void *data, size_t length)
{
	return length == 0 || recv(fd, data, length, MSG_WAITALL) == (ssize_t)length;
}

static void
judge(struct fastcgi_answer *answer)
{
	const char *end, *length;

	answer->text[answer->length] = '\0';
	end = strstr(answer->text, "\r\n\r\n");
	if (end == NULL)
		return;
	answer->body = end + 4;
	answer->body_length = answer->length - (size_t)(answer->body - answer->text);
	length = strstr(answer->text, "Content-Length: ");
	if (length != NULL && length < end && strtoull(length + 16, NULL, 10) != answer->body_length)
		return;
	answer->complete = sscanf(answer->text, "Status: %d", &answer->status) == 1;
}

struct fastcgi_answer
fastcgi_receive(int fd)
{
	struct fastcgi_answer answer = { .text = malloc(1) };
	double began = seconds_now();
	uint8_t head[8];

	answer.text[0] = '\0';
	answer.body = answer.text;
	while (fd >= 0 && receive_all(fd, head, sizeof(head))) {
		size_t length = (size_t)head[4] << 8 | head[5];
		char skipped[256], *record;

		answer.text = realloc(answer.text, answer.length + length + 1);
		record = answer.text + answer.length;
		if (!receive_all(fd, record, length) || !receive_all(fd, skipped, head[6]))
			break;
		if (head[1] == STDOUT)
			answer.length += length;
		if (head[1] != END_REQUEST)
			continue;
		judge(&answer);
		break;
	}
	if (fd >= 0)
		close(fd);
	answer.seconds = seconds_now() - began;
	return answer;
}

struct fastcgi_answer
fastcgi_ask(const char *place, const char *method, const char *target, const void *body, size_t length)
{
	double began = seconds_now();
	struct fastcgi_answer answer = fastcgi_receive(fastcgi_send(place, method, target, body, length));

	answer.seconds = seconds_now() - began;
	return answer;
}
