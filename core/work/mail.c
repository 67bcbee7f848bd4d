/* mail.c -- a mail's head and body, byte by byte, and its file. */
#include "core/work/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/file.h"
#include "core/base/text.h"

/* RFC 5322, 2.1.1: no line is longer, without its CRLF. */
#define LINE_MAX_BYTES 998
/* RFC 2047: an encoded word has 75 characters at most; "=?utf-8?B?" and "?=" around base64 leave 45 bytes. */
#define WORD_MAX_BYTES 45
/* RFC 2045: 76 characters of base64 in a line. */
#define BASE64_LINE_BYTES 57

/* The first 48 bits of a UUIDv7 are the milliseconds since 1970. */
static struct tm
mail_time(const struct mail *mail)
{
	struct tm parts;
	int64_t millis = 0;

	for (size_t i = 0; i < 6; i++)
		millis = millis << 8 | mail->id.bytes[i];
	time_t seconds = (time_t)(millis / 1000);
	gmtime_r(&seconds, &parts);
	return parts;
}

static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

/* A subject that is not plain is cut into encoded words, between characters; so no CR or LF of it reaches the head. */
static void
print_subject(struct buffer *out, const char *subject)
{
	size_t left = strlen(subject);

	buffer_text(out, "Subject:");
	if (is_plain(subject) && strstr(subject, "=?") == NULL && left <= LINE_MAX_BYTES - 10) {
		buffer_format(out, " %s\r\n", subject);
		return;
	}
	while (left > 0) {
		size_t taken = 0;
		for (size_t next = 1; left > taken; taken += next) {
			next = text_character((const unsigned char *)subject + taken, left - taken);
			if (next == 0)
				next = 1;
			if (taken + next > WORD_MAX_BYTES)
				break;
		}
		buffer_format(out, " =?utf-8?B?%s?=\r\n", base64_encode(out->arena, subject, taken));
		subject += taken;
		left -= taken;
	}
}

static bool
has_long_line(const char *text)
{
	for (size_t length; *text != '\0'; text += length + (text[length] != '\0')) {
		length = strcspn(text, "\n");
		if (length > LINE_MAX_BYTES)
			return true;
	}
	return false;
}

/* Lines of either kind become CRLF lines. */
static void
print_lines(struct buffer *out, const char *text)
{
	while (*text != '\0') {
		size_t length = strcspn(text, "\n");
		size_t kept = length > 0 && text[length - 1] == '\r' ? length - 1 : length;

		buffer_add(out, text, kept);
		buffer_text(out, "\r\n");
		text += length + (text[length] != '\0');
	}
}

static void
print_base64(struct buffer *out, const char *text)
{
	for (size_t left = strlen(text); left > 0;) {
		size_t taken = left < BASE64_LINE_BYTES ? left : BASE64_LINE_BYTES;

		buffer_format(out, "%s\r\n", base64_encode(out->arena, text, taken));
		text += taken;
		left -= taken;
	}
}

const char *
mail_print(struct arena *arena, const struct mail *mail)
{
	struct tm parts = mail_time(mail);
	bool encoded = has_long_line(mail->text);
	char id[UUID_TEXT_SIZE], date[64];
	struct buffer out;

	buffer_init(&out, arena);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &parts);
	buffer_format(&out, "Date: %s\r\nFrom: noreply@%s\r\n", date, mail->host);
	if (mail->address != NULL)
		buffer_format(&out, "To: %s\r\n", mail->address);
	else
		buffer_text(&out, "To: undisclosed-recipients:;\r\n");
	print_subject(&out, mail->subject);
	buffer_format(&out, "Message-ID: <%s@%s>\r\n", uuid_print(mail->id, id), mail->host);
	buffer_format(&out, "Stoa-Kind: %s\r\n", is_plain(mail->kind) ? mail->kind : "unknown");
	if (mail->user != NULL)
		buffer_format(&out, "Stoa-User: %s\r\n", uuid_print(*mail->user, id));
	buffer_format(&out,
	    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
	    "Content-Transfer-Encoding: %s\r\n\r\n",
	    encoded ? "base64" : "8bit");
	if (encoded)
		print_base64(&out, mail->text);
	else
		print_lines(&out, mail->text);
	return out.data;
}

const char *
mail_host(struct arena *arena, const char *url)
{
	const char *scheme = strstr(url, "://");
	const char *host = scheme != NULL ? scheme + 3 : url;
	size_t length = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/");

	return arena_copy(arena, host, length);
}

/* link() fails where rename() would replace, so of two workers with the same job one writes the mail. */
static bool
write_file(struct arena *arena, const char *directory, const char *path, const char *text)
{
	char *temporary = arena_format(arena, "%s/.mail-XXXXXX", directory);
	int file = mkostemp(temporary, O_CLOEXEC);
	bool written;
	int error;

	if (file < 0)
		return false;
	written = fchmod(file, 0640) == 0 && file_write(file, text);
	error = errno;
	close(file);
	if (written && link(temporary, path) != 0 && errno != EEXIST) {
		written = false;
		error = errno;
	}
	unlink(temporary);
	errno = error;
	return written;
}

bool
mail_write(struct arena *arena, const char *directory, const struct mail *mail)
{
	struct tm parts = mail_time(mail);
	char id[UUID_TEXT_SIZE], when[32];
	const char *path;

	if (mkdir(directory, 0750) != 0 && errno != EEXIST)
		return false;
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &parts);
	path = arena_format(arena, "%s/%s-%s.eml", directory, when, uuid_print(mail->id, id));
	if (access(path, F_OK) == 0)
		return true;
	return write_file(arena, directory, path, mail_print(arena, mail));
}
