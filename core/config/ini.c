/* ini.c -- the reader of INI lines; knows nothing of what the keys mean. */
#include <stdbool.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/config/ini.h"

void
ini_init(struct ini *ini, struct arena *arena, const char *text, size_t length)
{
	*ini = (struct ini){ .arena = arena, .at = text, .end = text + length };
}

static struct ini_line
fault(const struct ini *ini, const char *reason)
{
	return (struct ini_line){ .kind = INI_FAULT, .line = ini->line, .reason = reason };
}

static bool
is_comment(char c)
{
	return c == '#' || c == ';';
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The rest of a line behind what was meant: only a comment may stand there. */
static bool
is_done(const char *rest)
{
	while (is_blank(*rest))
		rest++;
	return *rest == '\0' || is_comment(*rest);
}

static bool
is_name(const char *name)
{
	return *name != '\0' &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

/* `text` is behind the opening quote and is unquoted in place. */
static const char *
unquote(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (*from == '"') {
			*to = '\0';
			return is_done(from + 1) ? NULL : "has something behind the closing quote";
		}
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		*to++ = *from;
	}
	return "has no closing quote";
}

static void
cut_comment(char *text)
{
	for (char *c = text; *c != '\0'; c++)
		if (is_comment(*c) && (c == text || is_blank(c[-1]))) {
			*c = '\0';
			return;
		}
}

static struct ini_line
read_section(const struct ini *ini, char *text)
{
	char *close = strchr(text, ']');

	if (close == NULL)
		return fault(ini, "has no closing ]");
	if (!is_done(close + 1))
		return fault(ini, "has something behind the ]");
	*close = '\0';
	text = text_trim(text);
	if (!is_name(text))
		return fault(ini, "has no section's name between [ and ]");
	return (struct ini_line){ .kind = INI_SECTION, .line = ini->line, .name = text };
}

static struct ini_line
read_pair(const struct ini *ini, char *text)
{
	char *value = strchr(text, '=');
	const char *reason;

	if (value == NULL)
		return fault(ini, "is neither `[section]` nor `key = value`");
	*value++ = '\0';
	text = text_trim(text);
	if (!is_name(text))
		return fault(ini, "has no setting's name before the =");
	while (is_blank(*value))
		value++;
	if (*value == '"') {
		if ((reason = unquote(++value)) != NULL)
			return fault(ini, reason);
	} else {
		cut_comment(value);
		value = text_trim(value);
	}
	return (struct ini_line){ .kind = INI_PAIR, .line = ini->line, .name = text, .value = value };
}

struct ini_line
ini_next(struct ini *ini)
{
	const char *from, *stop;
	char *text;

	while (ini->at < ini->end) {
		from = ini->at;
		if ((stop = memchr(from, '\n', (size_t)(ini->end - from))) == NULL)
			stop = ini->end;
		ini->at = stop < ini->end ? stop + 1 : stop;
		ini->line++;
		if (memchr(from, '\0', (size_t)(stop - from)) != NULL || !text_is_utf8(from, (size_t)(stop - from)))
			return fault(ini, "is not UTF-8 text");
		text = text_trim(arena_copy(ini->arena, from, (size_t)(stop - from)));
		if (*text == '\0' || is_comment(*text))
			continue;
		return *text == '[' ? read_section(ini, text + 1) : read_pair(ini, text);
	}
	return (struct ini_line){ .kind = INI_END, .line = ini->line };
}
