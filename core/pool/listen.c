/*
 * listen.c -- the pools' sockets.  A listener comes, in this order, from the master before us (STOA_LISTENERS),
 * from systemd (LISTEN_FDS, LISTEN_FDNAMES: the name is the pool's), from spawn-fcgi (descriptor 0, for the only
 * listener pool that runs here), or is bound by us.
 *
 * Bound once, a socket goes from master to master for as long as there is one, and with it the queue of those
 * who wait in it.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/buffer.h"
#include "core/base/house.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/pool/pool.h"

#define SYSTEMD_FIRST 3 /* SD_LISTEN_FDS_START */
#define BIND_PATIENCE (15 * SECOND)

static struct pool *
pool_named(struct master *master, const char *name)
{
	for (size_t i = 0; i < master->pool_count; i++)
		if (master->pools[i].row->kind == LISTENER && strcmp(master->pools[i].row->name, name) == 0)
			return &master->pools[i];
	return NULL;
}

static bool
is_listening(int fd)
{
	int listening = 0;
	socklen_t size = sizeof(listening);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

/* Where a socket listens, in the words of `listen`: a path, or address:port. */
static const char *
place_of(struct arena *arena, int fd)
{
	struct sockaddr_storage name = { 0 };
	socklen_t size = sizeof(name);
	char host[64], port[8];

	if (getsockname(fd, (struct sockaddr *)&name, &size) != 0)
		return "";
	if (name.ss_family == AF_UNIX)
		return arena_text(arena, ((const struct sockaddr_un *)&name)->sun_path);
	if (getnameinfo((const struct sockaddr *)&name, size, host, sizeof(host), port, sizeof(port),
		NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return "";
	return arena_format(arena, strchr(host, ':') != NULL ? "[%s]:%s" : "%s:%s", host, port);
}

static void
take(struct pool *pool, int fd, bool bound)
{
	pool->listener = fd;
	pool->bound = bound;
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* "name=fd" or "name=fd,bound"; a pool that has moved or gone gives its socket up. */
static void
take_named(struct master *master, char *entry)
{
	char *number = strchr(entry, '=');
	struct pool *pool;
	bool bound;
	int fd;

	if (number == NULL)
		return;
	*number++ = '\0';
	fd = (int)strtol(number, NULL, 10);
	bound = strstr(number, ",bound") != NULL;
	pool = pool_named(master, entry);
	if (!is_listening(fd))
		return;
	if (pool != NULL && pool->listener < 0 &&
	    (!bound ||
		text_equal(place_of(master->arena, fd), pool_socket(master->arena, master->config, pool->settings))))
		take(pool, fd, bound);
	else
		close(fd);
}

static void
take_from_master(struct master *master)
{
	const char *named = getenv("STOA_LISTENERS");

	if (named == NULL)
		return;
	for (char **entry = text_split(master->arena, named, ';'); *entry != NULL; entry++)
		take_named(master, *entry);
	unsetenv("STOA_LISTENERS");
}

static void
take_from_systemd(struct master *master)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS"), *names = getenv("LISTEN_FDNAMES");

	if (pid != NULL && count != NULL && names != NULL && strtol(pid, NULL, 10) == getpid()) {
		char **name = text_split(master->arena, names, ':');

		for (int i = 0; i < strtol(count, NULL, 10) && name[i] != NULL; i++) {
			struct pool *pool = pool_named(master, name[i]);

			if (pool != NULL && pool->listener < 0 && is_listening(SYSTEMD_FIRST + i))
				take(pool, SYSTEMD_FIRST + i, false);
		}
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

/* spawn-fcgi knows one socket, so it suits a host that runs one listener pool. */
static void
take_from_spawn_fcgi(struct master *master)
{
	struct pool *only = NULL;

	for (size_t i = 0; i < master->pool_count; i++) {
		if (master->pools[i].row->kind != LISTENER)
			continue;
		if (only != NULL)
			return;
		only = &master->pools[i];
	}
	if (only != NULL && only->listener < 0 && is_listening(STDIN_FILENO)) {
		take(only, fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, SYSTEMD_FIRST), false);
		close(STDIN_FILENO);
		open("/dev/null", O_RDWR);
	}
}

static bool
own_socket_file(const struct config_pool *settings, const char *path)
{
	const char *group = settings->listen_group;
	const struct group *entry = group != NULL && group[0] != '\0' ? getgrnam(group) : NULL;
	mode_t mode = (mode_t)strtol(settings->listen_mode != NULL ? settings->listen_mode : "0660", NULL, 8);

	if (group != NULL && group[0] != '\0' && entry == NULL) {
		errno = ENOENT;
		return false;
	}
	if (entry != NULL && chown(path, (uid_t)-1, entry->gr_gid) != 0)
		return false;
	return chmod(path, mode) == 0;
}

/* Made under the umask, so that there is no moment at which others may connect. */
static int
bind_path(const struct config_pool *settings, const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	mode_t before;
	int fd, bound;

	if (strlen(path) >= sizeof(name.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name.sun_path, path, strlen(path));
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return -1;
	unlink(path); /* the lock says that no other master holds it */
	before = umask(0177);
	bound = bind(fd, (const struct sockaddr *)&name, sizeof(name));
	umask(before);
	if (bound == 0 && own_socket_file(settings, path) && listen(fd, (int)settings->listen_backlog) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
bind_address(const struct config_pool *settings, const struct addrinfo *found)
{
	int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, (int)settings->listen_backlog) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A worker that outlived a killed master still listens until its request is done: that is worth some patience. */
static int
bind_place(struct arena *arena, const struct config_pool *settings, const char *place)
{
	struct addrinfo wanted = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo *found;
	char *host = arena_text(arena, place), *port = strrchr(host, ':');
	int64_t until = env_monotonic(&env_system) + BIND_PATIENCE;
	int fd;

	if (place[0] == '/' || port == NULL)
		return bind_path(settings, place);
	*port++ = '\0';
	if (host[0] == '[') {
		host++;
		host[strcspn(host, "]")] = '\0';
	}
	if (getaddrinfo(host, port, &wanted, &found) != 0) {
		errno = EINVAL;
		return -1;
	}
	while ((fd = bind_address(settings, found)) < 0 && errno == EADDRINUSE && env_monotonic(&env_system) < until)
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	freeaddrinfo(found);
	return fd;
}

/* For the scoreboard: by this anyone can ask the kernel how long the queue is. */
static void
publish(struct pool *pool)
{
	struct sockaddr_storage name = { 0 };
	socklen_t size = sizeof(name);
	struct stat facts;

	if (getsockname(pool->listener, (struct sockaddr *)&name, &size) == 0)
		pool->board->family = name.ss_family;
	if (fstat(pool->listener, &facts) == 0)
		pool->board->inode = facts.st_ino;
	pool->board->backlog = (uint32_t)pool->settings->listen_backlog;
}

bool
listeners_open(struct master *master)
{
	take_from_master(master);
	take_from_systemd(master);
	take_from_spawn_fcgi(master);
	for (size_t i = 0; i < master->pool_count; i++) {
		struct pool *pool = &master->pools[i];
		const char *place = pool_socket(master->arena, master->config, pool->settings);

		if (pool->row->kind != LISTENER)
			continue;
		if (pool->listener < 0) {
			pool->listener = bind_place(master->arena, pool->settings, place);
			pool->bound = true;
		}
		if (pool->listener < 0) {
			log_line(ERROR, NULL, "master", "a pool cannot listen", { "pool", .text = pool->row->name },
			    { "listen", .text = place }, { "reason", .text = strerror(errno) });
			generation_failed(master, arena_format(master->arena, "pool %s cannot listen on %s: %s",
						      pool->row->name, place, strerror(errno)));
			return false;
		}
		publish(pool);
	}
	return true;
}

void
listeners_hand_on(struct master *master)
{
	struct buffer named;

	buffer_init(&named, master->arena);
	for (size_t i = 0; i < master->pool_count; i++) {
		struct pool *pool = &master->pools[i];

		if (pool->listener < 0)
			continue;
		fcntl(pool->listener, F_SETFD, 0);
		buffer_format(&named, "%s%s=%d%s", named.length > 0 ? ";" : "", pool->row->name, pool->listener,
		    pool->bound ? ",bound" : "");
	}
	setenv("STOA_LISTENERS", named.data, 1);
}

/* `forget`: they live on with somebody else, so their files stay. */
void
listeners_close(struct master *master, bool forget)
{
	for (size_t i = 0; i < master->pool_count; i++) {
		struct pool *pool = &master->pools[i];

		if (pool->listener < 0)
			continue;
		close(pool->listener);
		pool->listener = -1;
		if (!forget && pool->bound) {
			const char *place = pool_socket(master->arena, master->config, pool->settings);

			if (place[0] == '/')
				unlink(place);
		}
	}
}
