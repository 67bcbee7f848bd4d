/* redis_url.c -- reads redis_url.  Anything left over is a fault, so that a typing error never means another server. */
#include "core/limit/redis_url.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool
copy(char *to, size_t size, const char *from, size_t length)
{
	if (length >= size)
		return false;
	memcpy(to, from, length);
	to[length] = '\0';
	return true;
}

static int
hex_value(char c)
{
	const char digits[] = "0123456789abcdef";
	const char *at = c == '\0' ? NULL : strchr(digits, tolower((unsigned char)c));

	return at == NULL ? -1 : (int)(at - digits);
}

/* In place; passwords may hold what a URL may not. */
static bool
percent_decode(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (*text != '%') {
			*to++ = *text;
			continue;
		}
		if (hex_value(text[1]) < 0 || hex_value(text[2]) < 0)
			return false;
		*to++ = (char)(hex_value(text[1]) * 16 + hex_value(text[2]));
		text += 2;
	}
	*to = '\0';
	return true;
}

static bool
number_parse(const char *text, size_t length, long most, long *number_r)
{
	char digits[8], *end;

	if (length == 0 || !isdigit((unsigned char)text[0]) || !copy(digits, sizeof(digits), text, length))
		return false;
	*number_r = strtol(digits, &end, 10);
	return *end == '\0' && *number_r <= most;
}

static bool
credentials_parse(const char *text, size_t length, struct redis_url *url_r)
{
	const char *colon = memchr(text, ':', length);
	size_t user = colon == NULL ? 0 : (size_t)(colon - text);

	if (colon == NULL || !copy(url_r->user, sizeof(url_r->user), text, user) ||
	    !copy(url_r->password, sizeof(url_r->password), colon + 1, length - user - 1))
		return false;
	return url_r->password[0] != '\0' && percent_decode(url_r->user) && percent_decode(url_r->password);
}

static bool
host_parse(const char *text, size_t length, struct redis_url *url_r)
{
	const char *end = text + length, *colon = memchr(text, ':', length), *close;
	long port = 6379;

	if (text[0] == '[') {
		if ((close = memchr(text, ']', length)) == NULL || (close + 1 < end && close[1] != ':'))
			return false;
		colon = close + 1 < end ? close + 1 : NULL;
		if (!copy(url_r->host, sizeof(url_r->host), text + 1, (size_t)(close - text - 1)))
			return false;
	} else if (!copy(url_r->host, sizeof(url_r->host), text, (size_t)((colon != NULL ? colon : end) - text))) {
		return false;
	}
	if (colon != NULL && !number_parse(colon + 1, (size_t)(end - colon - 1), 65535, &port))
		return false;
	url_r->port = (int)port;
	return url_r->host[0] != '\0' && port > 0;
}

static bool
tcp_parse(const char *text, struct redis_url *url_r)
{
	const char *slash = strchr(text, '/');
	const char *end = slash != NULL ? slash : text + strlen(text);
	const char *at = memrchr(text, '@', (size_t)(end - text));
	long database;

	if (at != NULL && !credentials_parse(text, (size_t)(at - text), url_r))
		return false;
	if (at != NULL)
		text = at + 1;
	if (!host_parse(text, (size_t)(end - text), url_r))
		return false;
	if (slash == NULL || slash[1] == '\0')
		return true;
	return number_parse(slash + 1, strlen(slash + 1), 9999, &database) &&
	       copy(url_r->database, sizeof(url_r->database), slash + 1, strlen(slash + 1));
}

bool
redis_url_parse(const char *text, struct redis_url *url_r)
{
	memset(url_r, 0, sizeof(*url_r));
	if (strncmp(text, "unix:", 5) == 0)
		return text[5] == '/' && copy(url_r->path, sizeof(url_r->path), text + 5, strlen(text + 5));
	return strncmp(text, "redis://", 8) == 0 && tcp_parse(text + 8, url_r);
}
