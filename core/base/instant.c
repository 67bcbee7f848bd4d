/*
 * instant.c -- RFC 3339, strictly, and the Gregorian calendar by hand: no locale, no time zone, no 2038.
 *
 * The calendar counts years from March, so that the leap day is the last of its year and a month's start is a plain
 * formula; an era is 400 years, 146097 days.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/value.h"

#define DAY_SECONDS 86400
#define ERA_DAYS    146097
#define EPOCH_DAYS  719468 /* from 0000-03-01 to 1970-01-01 */

struct civil {
	int64_t year;
	int month, day;
};

static int64_t
days_from_civil(struct civil date)
{
	int64_t year = date.month <= 2 ? date.year - 1 : date.year;
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t year_of_era = year - era * 400;
	int64_t month = date.month > 2 ? date.month - 3 : date.month + 9;
	int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;

	return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS;
}

static struct civil
civil_from_days(int64_t days)
{
	int64_t shifted = days + EPOCH_DAYS;
	int64_t era = (shifted >= 0 ? shifted : shifted - (ERA_DAYS - 1)) / ERA_DAYS;
	int64_t day_of_era = shifted - era * ERA_DAYS;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (ERA_DAYS - 1)) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct civil date = { .year = year_of_era + era * 400 };

	date.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	date.month = (int)(month < 10 ? month + 3 : month - 9);
	if (date.month <= 2)
		date.year++;
	return date;
}

static int
days_of_month(int64_t year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
		return 29;
	return days[month - 1];
}

/* Exactly `count` digits between `min` and `max`; moves past them and past `behind` (0: nothing is asked for). */
static bool
read_number(const char **text, unsigned count, int min, int max, char behind, int *number_r)
{
	int number = 0;

	for (unsigned i = 0; i < count; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		number = number * 10 + (**text - '0');
	}
	if (number < min || number > max)
		return false;
	if (behind != 0 && *(*text)++ != behind)
		return false;
	*number_r = number;
	return true;
}

static bool
read_fraction(const char **text, int64_t *micros_r)
{
	int64_t micros = 0, scale = SECOND;

	if (**text != '.')
		return true;
	for ((*text)++; **text >= '0' && **text <= '9'; (*text)++) {
		if (scale == 1)
			return false;
		scale /= 10;
		micros = micros * 10 + (**text - '0');
	}
	if (scale == SECOND)
		return false;
	*micros_r = micros * scale;
	return true;
}

/* "Z" or "+hh:mm"; RFC 3339's "-00:00" (the local offset is unknown) is UTC as well. */
static bool
read_offset(const char **text, int *seconds_r)
{
	int hours, minutes;
	char sign = *(*text)++;

	*seconds_r = 0;
	if (sign == 'Z' || sign == 'z')
		return true;
	if (sign != '+' && sign != '-')
		return false;
	if (!read_number(text, 2, 0, 23, ':', &hours) || !read_number(text, 2, 0, 59, 0, &minutes))
		return false;
	*seconds_r = (hours * 3600 + minutes * 60) * (sign == '-' ? -1 : 1);
	return true;
}

bool
instant_parse(const char *text, struct instant *instant_r)
{
	int year, month, day, hour, minute, second, offset;
	int64_t micros = 0, seconds, first, last;

	if (!read_number(&text, 4, 1, 9999, '-', &year) || !read_number(&text, 2, 1, 12, '-', &month))
		return false;
	if (!read_number(&text, 2, 1, days_of_month(year, month), 0, &day) || (*text != 'T' && *text != 't'))
		return false;
	text++;
	if (!read_number(&text, 2, 0, 23, ':', &hour) || !read_number(&text, 2, 0, 59, ':', &minute) ||
	    !read_number(&text, 2, 0, 59, 0, &second))
		return false;
	if (!read_fraction(&text, &micros) || !read_offset(&text, &offset) || *text != '\0')
		return false;
	seconds = days_from_civil((struct civil){ year, month, day }) * DAY_SECONDS + hour * 3600 + minute * 60 +
		  second - offset;
	/* An offset may carry the first or last day out of the years that can be written. */
	first = days_from_civil((struct civil){ 1, 1, 1 }) * DAY_SECONDS;
	last = days_from_civil((struct civil){ 10000, 1, 1 }) * DAY_SECONDS;
	if (seconds < first || seconds >= last)
		return false;
	instant_r->micros = seconds * SECOND + micros;
	return true;
}

static char *
put_digits(char *at, int64_t number, unsigned count)
{
	for (unsigned i = count; i-- > 0; number /= 10)
		at[i] = (char)('0' + number % 10);
	return at + count;
}

static char *
put_year(char *at, int64_t year)
{
	unsigned count = 4;

	if (year < 0) {
		*at++ = '-';
		year = -year;
	}
	for (int64_t limit = 10000; year >= limit; limit *= 10)
		count++;
	return put_digits(at, year, count);
}

const char *
instant_print(struct instant instant, char text[static INSTANT_TEXT_SIZE])
{
	int64_t seconds = instant.micros / SECOND, micros = instant.micros % SECOND, days, rest;
	struct civil date;
	char *at;

	if (instant.micros == INT64_MAX)
		return memcpy(text, "infinity", sizeof("infinity"));
	if (instant.micros == INT64_MIN)
		return memcpy(text, "-infinity", sizeof("-infinity"));
	if (micros < 0) {
		micros += SECOND;
		seconds--;
	}
	days = (seconds >= 0 ? seconds : seconds - (DAY_SECONDS - 1)) / DAY_SECONDS;
	rest = seconds - days * DAY_SECONDS;
	date = civil_from_days(days);
	at = put_year(text, date.year);
	*at++ = '-';
	at = put_digits(at, date.month, 2);
	*at++ = '-';
	at = put_digits(at, date.day, 2);
	*at++ = 'T';
	at = put_digits(at, rest / 3600, 2);
	*at++ = ':';
	at = put_digits(at, rest / 60 % 60, 2);
	*at++ = ':';
	at = put_digits(at, rest % 60, 2);
	if (micros != 0) {
		*at++ = '.';
		at = put_digits(at, micros, 6);
	}
	memcpy(at, "Z", 2);
	return text;
}

const char *
instant_text(struct arena *arena, struct instant instant)
{
	return instant_print(instant, arena_alloc(arena, INSTANT_TEXT_SIZE));
}
