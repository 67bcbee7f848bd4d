/* proxy.c -- one poll loop over a few connections; every switch is read under a mutex. */
#include "tests/core/proxy.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define PAIRS_MAX 16

struct pair {
	int client, server; /* -1: none */
};

struct proxy {
	pthread_t thread;
	pthread_mutex_t mutex;
	char path[108], server[108];
	int listener;
	struct pair pairs[PAIRS_MAX];
	bool stopped, down, frozen, hand_on;
	const char *cut;
	unsigned taken;
};

static int
open_socket(const char *path, bool listens)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (listens) {
		unlink(path);
		if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 16) != 0)
			abort();
	} else if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		abort();
	}
	return fd;
}

static void
pair_close(struct pair *pair)
{
	if (pair->client >= 0)
		close(pair->client);
	if (pair->server >= 0)
		close(pair->server);
	pair->client = pair->server = -1;
}

static void
take(struct proxy *proxy)
{
	int client = accept4(proxy->listener, NULL, NULL, SOCK_CLOEXEC);

	if (client < 0)
		return;
	for (int i = 0; i < PAIRS_MAX; i++)
		if (proxy->pairs[i].client < 0) {
			proxy->pairs[i] = (struct pair){ client, open_socket(proxy->server, false) };
			proxy->taken++;
			return;
		}
	close(client);
}

static bool
write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		data += sent;
		length -= (size_t)sent;
	}
	return true;
}

/* What the server still says is read to the end, so that it has done what it was sent; the client never hears it. */
static void
cut(struct proxy *proxy, struct pair *pair, const char *data, size_t length)
{
	char rest[8192];

	if (proxy->hand_on) {
		write_all(pair->server, data, length);
		if (read(pair->server, rest, sizeof(rest)) < 0)
			abort();
	}
	proxy->cut = NULL;
	pair_close(pair);
}

static void
hand_on(struct proxy *proxy, struct pair *pair, bool from_client)
{
	char data[65536];
	ssize_t length = read(from_client ? pair->client : pair->server, data, sizeof(data));

	if (length <= 0) {
		pair_close(pair);
		return;
	}
	if (from_client && proxy->cut != NULL && memmem(data, (size_t)length, proxy->cut, strlen(proxy->cut)) != NULL)
		cut(proxy, pair, data, (size_t)length);
	else if (!write_all(from_client ? pair->server : pair->client, data, (size_t)length))
		pair_close(pair);
}

static void
turn(struct proxy *proxy)
{
	struct pollfd wait[1 + 2 * PAIRS_MAX];
	nfds_t count = 0;

	wait[count++] = (struct pollfd){ .fd = proxy->down || proxy->frozen ? -1 : proxy->listener, .events = POLLIN };
	for (int i = 0; i < PAIRS_MAX; i++) {
		wait[count++] = (struct pollfd){ .fd = proxy->frozen ? -1 : proxy->pairs[i].client, .events = POLLIN };
		wait[count++] = (struct pollfd){ .fd = proxy->frozen ? -1 : proxy->pairs[i].server, .events = POLLIN };
	}
	pthread_mutex_unlock(&proxy->mutex);
	poll(wait, count, 2);
	pthread_mutex_lock(&proxy->mutex);
	for (int i = 0; i < PAIRS_MAX && !proxy->frozen; i++) {
		if (wait[1 + 2 * i].revents != 0 && wait[1 + 2 * i].fd == proxy->pairs[i].client)
			hand_on(proxy, &proxy->pairs[i], true);
		if (wait[2 + 2 * i].revents != 0 && wait[2 + 2 * i].fd == proxy->pairs[i].server &&
		    proxy->pairs[i].server >= 0)
			hand_on(proxy, &proxy->pairs[i], false);
	}
	if (wait[0].revents != 0 && !proxy->down && !proxy->frozen)
		take(proxy);
}

static void *
serve(void *context)
{
	struct proxy *proxy = context;

	pthread_mutex_lock(&proxy->mutex);
	while (!proxy->stopped)
		turn(proxy);
	pthread_mutex_unlock(&proxy->mutex);
	return NULL;
}

struct proxy *
proxy_start(const char *folder, const char *server)
{
	struct proxy *proxy = calloc(1, sizeof(*proxy));

	snprintf(proxy->path, sizeof(proxy->path), "%s/.s.PGSQL.5432", folder);
	snprintf(proxy->server, sizeof(proxy->server), "%s", server);
	for (int i = 0; i < PAIRS_MAX; i++)
		proxy->pairs[i] = (struct pair){ -1, -1 };
	proxy->listener = open_socket(proxy->path, true);
	pthread_mutex_init(&proxy->mutex, NULL);
	if (pthread_create(&proxy->thread, NULL, serve, proxy) != 0)
		abort();
	return proxy;
}

void
proxy_stop(struct proxy *proxy)
{
	pthread_mutex_lock(&proxy->mutex);
	proxy->stopped = true;
	pthread_mutex_unlock(&proxy->mutex);
	pthread_join(proxy->thread, NULL);
	for (int i = 0; i < PAIRS_MAX; i++)
		pair_close(&proxy->pairs[i]);
	close(proxy->listener);
	unlink(proxy->path);
	free(proxy);
}

void
proxy_down(struct proxy *proxy, bool down)
{
	pthread_mutex_lock(&proxy->mutex);
	if (down && !proxy->down) {
		close(proxy->listener);
		proxy->listener = -1;
		for (int i = 0; i < PAIRS_MAX; i++)
			pair_close(&proxy->pairs[i]);
	} else if (!down && proxy->down) {
		proxy->listener = open_socket(proxy->path, true);
	}
	proxy->down = down;
	pthread_mutex_unlock(&proxy->mutex);
}

void
proxy_freeze(struct proxy *proxy, bool frozen)
{
	pthread_mutex_lock(&proxy->mutex);
	proxy->frozen = frozen;
	pthread_mutex_unlock(&proxy->mutex);
}

void
proxy_cut(struct proxy *proxy, const char *word, bool hands_on)
{
	pthread_mutex_lock(&proxy->mutex);
	proxy->cut = word;
	proxy->hand_on = hands_on;
	pthread_mutex_unlock(&proxy->mutex);
}

unsigned
proxy_taken(struct proxy *proxy)
{
	unsigned taken;

	pthread_mutex_lock(&proxy->mutex);
	taken = proxy->taken;
	pthread_mutex_unlock(&proxy->mutex);
	return taken;
}
