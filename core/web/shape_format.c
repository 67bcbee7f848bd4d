/*
 * shape_format.c -- the named formats that text can have: how each is checked, and what the reference says
 * of it.  A format says what a value looks like, not whether the thing exists.
 */
#include <string.h>

#include "core/base/text.h"
#include "core/web/shape_part.h"

#define MONEY_DECIMALS_MAX 18
#define MONEY_LENGTH_MAX   60

static size_t
span_digits(const char *text)
{
	return strspn(text, "0123456789");
}

static bool
is_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

static bool
is_alphanumeric(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* https only, and never with a user name in front of the host: that form exists to deceive readers. */
static bool
is_uri(const char *text)
{
	const char *host = text + strlen("https://");
	size_t length;

	if (!text_starts_with(text, "https://"))
		return false;
	length = strcspn(host, "/?#");
	if (length == 0 || memchr(host, '@', length) != NULL)
		return false;
	for (; *text != '\0'; text++)
		if ((unsigned char)*text <= 0x20 || (unsigned char)*text >= 0x7f || is_of(*text, "\"<>\\^`{|}"))
			return false;
	return true;
}

/* ISO 4217's codes, and the longer ones of other assets. */
static bool
is_currency(const char *text)
{
	size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

	return text[length] == '\0' && length >= 3 && length <= 10;
}

/* ISO 3166-1 alpha-2 in outline. */
static bool
is_region(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2 && text[2] == '\0';
}

/* BCP 47 in outline: subtags of 1 to 8 letters or digits, the first of 2 or 3 letters. */
static bool
is_language(const char *text)
{
	size_t subtag = 0, total = strlen(text);
	size_t first = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	if (total > 35 || first < 2 || first > 3 || (text[first] != '\0' && text[first] != '-'))
		return false;
	for (; *text != '\0'; text++) {
		if (*text == '-' && subtag == 0)
			return false;
		if (*text != '-' && !is_alphanumeric(*text))
			return false;
		subtag = *text == '-' ? 0 : subtag + 1;
		if (subtag > 8)
			return false;
	}
	return subtag != 0;
}

/* "Europe/Berlin", "Etc/GMT+5", "UTC": the characters of the zone database's names. */
static bool
is_time_zone(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length > 64 || !is_alphanumeric(text[0]) || is_of(text[length - 1], "/+-_"))
		return false;
	for (; *text != '\0'; text++)
		if ((!is_alphanumeric(*text) && !is_of(*text, "/+-_")) || (text[0] == '/' && text[1] == '/'))
			return false;
	return true;
}

static bool
is_hex(const char *text)
{
	size_t length = strspn(text, "0123456789abcdef");

	return text[length] == '\0' && length % 2 == 0;
}

static bool
is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
number_at(const char *text, size_t length)
{
	int number = 0;

	for (size_t i = 0; i < length; i++)
		number = number * 10 + (text[i] - '0');
	return number;
}

/* A full-date of RFC 3339, in the calendar. */
static bool
is_date(const char *text)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;

	if (strlen(text) != 10 || span_digits(text) != 4 || text[4] != '-' || span_digits(text + 5) != 2 ||
	    text[7] != '-' || span_digits(text + 8) != 2)
		return false;
	year = number_at(text, 4);
	month = number_at(text + 5, 2);
	day = number_at(text + 8, 2);
	if (month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* ITU-T E.164: a plus, and up to fifteen digits of which the first is not zero. */
static bool
is_e164(const char *text)
{
	size_t length;

	if (text[0] != '+' || text[1] == '0')
		return false;
	length = span_digits(text + 1);
	return text[1 + length] == '\0' && length >= 7 && length <= 15;
}

bool
shape_is_money(const char *text, bool negative)
{
	size_t whole, decimals;

	if (negative && *text == '-')
		text++;
	whole = span_digits(text);
	if (whole == 0 || (whole > 1 && text[0] == '0') || strlen(text) > MONEY_LENGTH_MAX)
		return false;
	if (text[whole] == '\0')
		return true;
	if (text[whole] != '.')
		return false;
	decimals = span_digits(text + whole + 1);
	return decimals > 0 && decimals <= MONEY_DECIMALS_MAX && text[whole + 1 + decimals] == '\0';
}

static const struct shape_format formats[] = {
	{ "email", text_is_email, "must be an e-mail address", "email", NULL, "ada@example.com" },
	{ "uri", is_uri, "must be an https address", "uri", "^https://", "https://example.com/hook" },
	{ "currency", is_currency, "must be a currency's code in capital letters", NULL, "^[A-Z0-9]{3,10}$", "USD" },
	{ "region", is_region, "must be a country's two letters", NULL, "^[A-Z]{2}$", "GB" },
	{ "language", is_language, "must be a language tag", NULL, "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", "en-GB" },
	{ "time_zone", is_time_zone, "must be the name of a time zone", NULL, "^[A-Za-z0-9][A-Za-z0-9/+_-]*$",
	    "Europe/Berlin" },
	{ "hex", is_hex, "must be lower-case hexadecimal digits, two for each byte", NULL, "^([0-9a-f]{2})*$",
	    "c0ffee" },
	{ "date", is_date, "must be a date like 2026-02-03", "date", NULL, "2026-02-03" },
	{ "e164", is_e164, "must be a telephone number like +4930123456", NULL, "^\\+[1-9][0-9]{6,14}$",
	    "+4930123456" },
};

const struct shape_format *
shape_format(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}
