/* file.h -- a file that is there whole, even after a power failure, or not at all. */
#ifndef STOA_BASE_FILE_H
#define STOA_BASE_FILE_H

#include <stdbool.h>

/* Written beside its place, and then put there; what stood there before is replaced.  False: errno says why. */
bool file_put(const char *path, const char *text);
/* All of it, and down to the disk. */
bool file_write(int fd, const char *text);

#endif
