/* file.c -- write, fsync, rename; and the folder, which has the name. */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool
file_write(int fd, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		ssize_t written = write(fd, text, left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		text += written;
		left -= (size_t)written;
	}
	return fsync(fd) == 0;
}

static bool
write_draft(const char *draft, const char *text)
{
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	bool well = fd >= 0 && file_write(fd, text);

	return (fd < 0 || close(fd) == 0) && well;
}

static bool
folder_sync(char *path)
{
	int folder = open(dirname(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool well = folder >= 0 && fsync(folder) == 0;

	if (folder >= 0)
		close(folder);
	return well;
}

bool
file_put(const char *path, const char *text)
{
	char draft[PATH_MAX];
	int error;

	if (snprintf(draft, sizeof(draft), "%s.new", path) >= (int)sizeof(draft)) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (write_draft(draft, text) && rename(draft, path) == 0)
		return folder_sync(draft);
	error = errno;
	unlink(draft);
	errno = error;
	return false;
}
