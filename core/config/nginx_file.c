/* nginx_file.c -- templates read, blanks filled in, and files replaced whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/config/nginx.h"

static void
complain(struct nginx_writer *writer, const char *what, const char *path)
{
	fprintf(stderr, "stoad: %s %s: %s\n", what, path, strerror(errno));
	writer->failed = true;
}

/* NULL when there is none. */
static char *
read_text(struct arena *arena, const char *path)
{
	struct buffer text;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return NULL;
	buffer_init(&text, arena);
	while ((got = read(fd, buffer_room(&text, 4096), 4096)) > 0)
		text.length += (size_t)got;
	close(fd);
	if (got < 0)
		return NULL;
	buffer_add(&text, "", 0); /* the NUL behind it */
	return text.data;
}

static bool
write_whole(const char *path, const char *text, size_t length)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		return false;
	fwrite(text, 1, length, file);
	if (fflush(file) != 0 || fsync(fileno(file)) != 0 || ferror(file)) {
		fclose(file);
		return false;
	}
	return fclose(file) == 0;
}

void
nginx_put_file(struct nginx_writer *writer, const char *name, const char *text)
{
	const char *path = arena_format(writer->arena, "%s/%s", writer->directory, name);
	const char *fresh = arena_format(writer->arena, "%s.new", path);
	const char *present = read_text(writer->arena, path);

	if (writer->failed || (present != NULL && strcmp(present, text) == 0))
		return;
	if (!write_whole(fresh, text, strlen(text)) || rename(fresh, path) != 0) {
		complain(writer, "cannot write", path);
		return;
	}
	puts(path);
}

const char *
nginx_template(struct nginx_writer *writer, const char *name)
{
	const char *path = arena_format(writer->arena, "%s/%s", writer->templates, name);
	const char *text = read_text(writer->arena, path);

	if (text != NULL)
		return text;
	complain(writer, "cannot read the template", path);
	return "";
}

static const struct nginx_blank *
blank_named(const struct nginx_blank *blanks, const char *name, size_t length)
{
	for (; blanks->name != NULL; blanks++)
		if (strlen(blanks->name) == length && memcmp(blanks->name, name, length) == 0)
			return blanks;
	return NULL;
}

void
nginx_fill(struct buffer *out, const char *text, const struct nginx_blank *blanks)
{
	const char *at, *end;
	const struct nginx_blank *blank;

	while ((at = strchr(text, '@')) != NULL) {
		end = at + 1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_");
		blank = *end == '@' ? blank_named(blanks, at + 1, (size_t)(end - at - 1)) : NULL;
		buffer_add(out, text, (size_t)(at - text));
		if (blank != NULL)
			buffer_text(out, blank->value);
		else
			buffer_add(out, at, (size_t)(end - at));
		text = blank != NULL ? end + 1 : end;
	}
	buffer_text(out, text);
}

const char *
nginx_number(struct nginx_writer *writer, int64_t value)
{
	return arena_format(writer->arena, "%lld", (long long)value);
}
