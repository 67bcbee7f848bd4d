/*
 * secret.c -- reads and makes the file of master secrets.  A file that strangers may read is refused, not
 * mended: whoever could read it may have done so already.
 */
#include "core/trust/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/base/text.h"

#define FILE_MAX 8192

static bool
complain(FILE *complaints, const char *path, const char *what)
{
	fprintf(complaints, "%s: %s\n", path, what);
	return false;
}

static bool
file_is_private(int fd, const char *path, FILE *complaints)
{
	struct stat status;

	if (fstat(fd, &status) != 0)
		return complain(complaints, path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return complain(complaints, path, "is not a file");
	if ((status.st_mode & (S_IRWXO | S_IWGRP)) != 0)
		return complain(complaints, path,
		    "others may read it or its group may write it; after `chmod 0640` make a newer secret with --keys "
		    "new --add");
	return true;
}

static ssize_t
read_all(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t got = read(fd, text + length, size - length);

		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			return -1;
		if (got > 0)
			length += (size_t)got;
	}
	return (ssize_t)length;
}

static bool
secret_parse(struct arena *arena, char *line, struct secret *secret_r)
{
	char *colon = strchr(line, ':');
	struct bytes id, bytes;

	if (colon == NULL)
		return false;
	*colon = '\0';
	if (!hex_decode(arena, line, &id) || id.length != SECRET_ID_SIZE)
		return false;
	if (!base64_decode(arena, colon + 1, strlen(colon + 1), &bytes) || bytes.length != KEY_SIZE)
		return false;
	memcpy(secret_r->id, id.data, SECRET_ID_SIZE);
	memcpy(secret_r->bytes, bytes.data, KEY_SIZE);
	return true;
}

static bool
has_id(const struct secrets *secrets, const uint8_t *id)
{
	for (size_t i = 0; i < secrets->count; i++)
		if (memcmp(secrets->items[i].id, id, SECRET_ID_SIZE) == 0)
			return true;
	return false;
}

static bool
secrets_parse(struct arena *arena, const char *path, const char *text, struct secrets *secrets_r, FILE *complaints)
{
	char **lines = text_split(arena, text, '\n');

	memset(secrets_r, 0, sizeof(*secrets_r));
	for (; *lines != NULL; lines++) {
		struct secret secret;
		char *line = text_trim(*lines);

		if (line[0] == '\0' || line[0] == '#')
			continue;
		if (!secret_parse(arena, line, &secret))
			return complain(complaints, path, "holds a line that is not `id:base64` of 32 bytes");
		if (has_id(secrets_r, secret.id))
			return complain(complaints, path, "names one id twice");
		if (secrets_r->count == SECRETS_MAX)
			return complain(
			    complaints, path, "holds more than 8 secrets; rewrap, then take the oldest out");
		secrets_r->items[secrets_r->count++] = secret;
	}
	return secrets_r->count > 0 || complain(complaints, path, "holds no secret");
}

bool
secrets_read(struct arena *arena, const char *path, struct secrets *secrets_r, FILE *complaints)
{
	char text[FILE_MAX + 1];
	ssize_t length;
	bool right;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return complain(
		    complaints, path, errno == ENOENT ? "is missing; `stoad --keys new` makes it" : strerror(errno));
	right = file_is_private(fd, path, complaints);
	length = right ? read_all(fd, text, FILE_MAX) : -1;
	close(fd);
	if (!right)
		return false;
	if (length < 0)
		return complain(complaints, path, "cannot be read");
	if (length == FILE_MAX)
		return complain(complaints, path, "is too large to be a file of secrets");
	text[length] = '\0';
	right = secrets_parse(arena, path, text, secrets_r, complaints);
	explicit_bzero(text, sizeof(text));
	return right;
}

static const char *
secret_line(struct arena *arena, const struct secret *secret)
{
	return arena_format(arena, "%s:%s\n", hex_encode(arena, secret->id, SECRET_ID_SIZE),
	    base64_encode(arena, secret->bytes, KEY_SIZE));
}

static bool
write_private(const char *path, const char *text, gid_t group)
{
	size_t length = strlen(text);
	bool well;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);

	if (fd < 0)
		return false;
	/* The umask may have taken the group's right to read away; a group that we may not give stays ours. */
	if (group != (gid_t)-1 && fchown(fd, (uid_t)-1, group) != 0)
		errno = 0;
	well = fchmod(fd, 0640) == 0 && write(fd, text, length) == (ssize_t)length && fsync(fd) == 0;
	close(fd);
	if (!well)
		unlink(path);
	return well;
}

/* Beside the old file first, so that a power cut leaves either the old one or the new one. */
static bool
replace(struct arena *arena, const char *path, const char *text, FILE *complaints)
{
	const char *beside = arena_format(arena, "%s.new", path);
	struct stat status;

	if (stat(path, &status) != 0 || (unlink(beside) != 0 && errno != ENOENT))
		return complain(complaints, path, strerror(errno));
	if (!write_private(beside, text, status.st_gid) || rename(beside, path) != 0)
		return complain(complaints, beside, strerror(errno));
	return true;
}

bool
secrets_make(struct arena *arena, const struct env *env, const char *path, bool add, FILE *complaints)
{
	struct secrets old = { .count = 0 };
	struct secret newest;
	const char *text;

	if (add && !secrets_read(arena, path, &old, complaints))
		return false;
	if (old.count == SECRETS_MAX)
		return complain(complaints, path, "holds 8 secrets already; rewrap, then take the oldest out");
	do
		env_random(env, &newest, sizeof(newest));
	while (has_id(&old, newest.id));
	text = secret_line(arena, &newest);
	for (size_t i = 0; i < old.count; i++)
		text = arena_format(arena, "%s%s", text, secret_line(arena, &old.items[i]));
	if (add)
		return replace(arena, path, text, complaints);
	if (!write_private(path, text, (gid_t)-1))
		return complain(complaints, path,
		    errno == EEXIST ? "is there already; --keys new --add puts a newer secret in front"
				    : strerror(errno));
	return true;
}
