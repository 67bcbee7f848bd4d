/* write.c -- whatever it is given, what comes out is JSON: a byte that is not UTF-8 becomes U+FFFD. */
#include <string.h>

#include "core/base/buffer.h"
#include "core/base/hex.h"
#include "core/base/text.h"
#include "core/json/plain.h"
#include "core/json/write.h"

void
json_writer_init(struct json_writer *writer, struct buffer *out)
{
	*writer = (struct json_writer){ .out = out };
}

static inline void
separate(struct json_writer *writer)
{
	if (writer->comma)
		buffer_char(writer->out, ',');
	writer->comma = true;
}

void
json_begin(struct json_writer *writer, char bracket)
{
	separate(writer);
	buffer_char(writer->out, bracket);
	writer->comma = false;
}

void
json_end(struct json_writer *writer, char bracket)
{
	buffer_char(writer->out, bracket);
	writer->comma = true;
}

/* Bytes up to the next that must be escaped or is not UTF-8. */
static size_t
plain_run(const unsigned char *at, size_t length)
{
	size_t run = 0, size;

	while (run < length) {
		if (length - run >= 8 && json_is_plain(at + run)) {
			run += 8;
		} else if (at[run] >= 0x20 && at[run] < 0x80) {
			if (at[run] == '"' || at[run] == '\\')
				break;
			run++;
		} else if (at[run] >= 0x80 && (size = text_character(at + run, length - run)) > 0) {
			run += size;
		} else {
			break;
		}
	}
	return run;
}

static void
write_escape(struct buffer *out, unsigned char c)
{
	static const char letters[0x20] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
	char escape[] = { '\\', 'u', '0', '0', '0', '0' };

	if (c >= 0x80) {
		buffer_text(out, "\xEF\xBF\xBD");
		return;
	}
	if (c >= 0x20 || letters[c] != 0) {
		escape[1] = c >= 0x20 ? (char)c : letters[c];
		buffer_add(out, escape, 2);
		return;
	}
	escape[4] = hex_digits[c >> 4];
	escape[5] = hex_digits[c & 15];
	buffer_add(out, escape, sizeof(escape));
}

/* Most text has nothing to escape and goes out in one piece with its quotes. */
static void
write_quoted(struct buffer *out, const char *text, size_t length)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t run = plain_run(at, length);
	char *room = buffer_room(out, run + 2);

	*room = '"';
	memcpy(room + 1, at, run);
	out->length += 1 + run;
	while (run < length) {
		at += run;
		length -= run;
		write_escape(out, *at++);
		run = plain_run(at, --length);
		buffer_add(out, at, run);
	}
	buffer_char(out, '"');
}

void
json_name(struct json_writer *writer, const char *name)
{
	separate(writer);
	write_quoted(writer->out, name, strlen(name));
	buffer_char(writer->out, ':');
	writer->comma = false;
}

void
json_text_length(struct json_writer *writer, const char *text, size_t length)
{
	separate(writer);
	write_quoted(writer->out, text, length);
}

void
json_text(struct json_writer *writer, const char *text)
{
	if (text == NULL)
		json_null(writer);
	else
		json_text_length(writer, text, strlen(text));
}

void
json_number(struct json_writer *writer, int64_t number)
{
	uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
	char digits[24], *at = digits + sizeof(digits);

	separate(writer);
	do {
		*--at = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (number < 0)
		*--at = '-';
	buffer_add(writer->out, at, (size_t)(digits + sizeof(digits) - at));
}

void
json_raw(struct json_writer *writer, const char *json)
{
	separate(writer);
	buffer_text(writer->out, json);
}

void
json_boolean(struct json_writer *writer, bool value)
{
	json_raw(writer, value ? "true" : "false");
}

void
json_null(struct json_writer *writer)
{
	json_raw(writer, "null");
}

void
json_uuid(struct json_writer *writer, struct uuid uuid)
{
	char text[UUID_TEXT_SIZE];

	json_text_length(writer, uuid_print(uuid, text), UUID_TEXT_SIZE - 1);
}

void
json_instant(struct json_writer *writer, struct instant instant)
{
	char text[INSTANT_TEXT_SIZE];

	json_text(writer, instant_print(instant, text));
}
