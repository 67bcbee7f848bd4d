/*
 * notice.c -- one word of shared memory for each thing that can be noticed: when it last was.  The file
 * beside the sockets is mapped at the first use, and is as large as the list; a longer list grows it.
 */
#include "core/metric/notice.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/config/config.h"

#define NOTICE_LASTS (3600 * SECOND)
/* The log says it once a minute and worker, not once a request. */
#define NOTICE_REPEAT (60 * SECOND)

static _Atomic int64_t *moments;

static bool
open_moments(const struct config *config)
{
	const size_t size = NOTICE__COUNT * sizeof(*moments);
	char path[4096];
	void *map;
	int fd;

	if (moments != NULL)
		return true;
	snprintf(path, sizeof(path), "%s/notices", config->global.run_dir);
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
		return false;
	map =
	    ftruncate(fd, (off_t)size) == 0 ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
	close(fd);
	if (map == MAP_FAILED)
		return false;
	moments = map;
	return true;
}

void
notice(const struct config *config, enum notice which, struct instant now)
{
	if (open_moments(config))
		atomic_store_explicit(&moments[which], now.micros, memory_order_relaxed);
}

bool
noticed(const struct config *config, enum notice which, struct instant now)
{
	int64_t last;

	if (!open_moments(config))
		return false;
	last = atomic_load_explicit(&moments[which], memory_order_relaxed);
	return last != 0 && now.micros - last < NOTICE_LASTS;
}

/* Behind a trusted proxy nginx takes the client's address out of the header, so it is one of the header's. */
static bool
came_by_untrusted_proxy(const struct request *req)
{
	const char *forwarded = request_header(req, "x-forwarded-for");
	char **hops;

	if (forwarded == NULL)
		return false;
	hops = text_split(req->arena, forwarded, ',');
	for (size_t i = 0; hops[i] != NULL; i++)
		if (text_equal(text_trim(hops[i]), req->address))
			return false;
	return true;
}

/* Ports count: a wrong one in public_url makes links that lead nowhere. */
static bool
has_unexpected_host(const struct request *req)
{
	const char *host = request_header(req, "host");
	const char *expected = strstr(req->config->global.public_url, "://");

	return host != NULL && expected != NULL && strcasecmp(host, expected + 3) != 0;
}

void
notice_request(const struct request *req)
{
	static int64_t said[NOTICE__COUNT];
	const bool seen[NOTICE__COUNT] = {
		[NOTICE_PROXY_UNTRUSTED] = came_by_untrusted_proxy(req),
		[NOTICE_HOST_UNEXPECTED] = has_unexpected_host(req),
	};
	static const char *const says[NOTICE__COUNT] = {
		[NOTICE_PROXY_UNTRUSTED] = "X-Forwarded-For came from an address that is not in trusted_proxies",
		[NOTICE_HOST_UNEXPECTED] = "the request's Host is not that of public_url",
	};

	for (int which = 0; which < NOTICE__COUNT; which++) {
		if (!seen[which] || (said[which] != 0 && req->started.micros - said[which] < NOTICE_REPEAT))
			continue;
		said[which] = req->started.micros;
		notice(req->config, (enum notice)which, req->started);
		log_line(INFO, req, "notice", says[which], { "address", .text = req->address },
		    { "host", .text = request_header(req, "host") });
	}
}
