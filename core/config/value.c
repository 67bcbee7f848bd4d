/* value.c -- what each type of option looks like in the file: read, printed, and said in words. */

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/option.h"

#define RATE_COUNT_MAX  1000000000
#define RATE_PERIOD_MAX 86400

struct unit {
	char letter;
	int64_t factor;
};

/* The largest first: that is how values are printed. */
static const struct unit time_units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 }, { 0 } };
static const struct unit byte_units[] = { { 'g', 1 << 30 }, { 'm', 1 << 20 }, { 'k', 1 << 10 }, { 0 } };

/* Digits, and one of `units` (NULL: none) or nothing behind them; where that ends, or NULL. */
static const char *
read_quantity(const char *text, const struct unit *units, int64_t *number_r)
{
	int64_t number = 0;
	bool negative = *text == '-' && units == NULL;
	const char *at = negative ? text + 1 : text;

	if (*at < '0' || *at > '9')
		return NULL;
	for (; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(number, 10, &number) || __builtin_add_overflow(number, *at - '0', &number))
			return NULL;
	for (const struct unit *unit = units; unit != NULL && unit->letter != 0; unit++)
		if ((*at | 0x20) == unit->letter) {
			if (__builtin_mul_overflow(number, unit->factor, &number))
				return NULL;
			at++;
			break;
		}
	*number_r = negative ? -number : number;
	return at;
}

static bool
parse_number(const struct option *option, const char *text, const struct unit *units, int64_t *number_r)
{
	const char *end = read_quantity(text, units, number_r);

	if (end == NULL || *end != '\0')
		return false;
	return *number_r >= option->min && (option->max == 0 || *number_r <= option->max);
}

static bool
parse_rate(const struct option *option, const char *text, struct limit_rate *rate_r)
{
	int64_t count, period, most = option->max > 0 ? option->max : RATE_COUNT_MAX;
	const char *slash = read_quantity(text, NULL, &count), *end;

	if (slash == NULL || *slash != '/')
		return false;
	/* "600/m" is 600 in one minute. */
	end = slash[1] >= '0' && slash[1] <= '9' ? read_quantity(slash + 1, time_units, &period) : NULL;
	for (const struct unit *unit = time_units; end == NULL && unit->letter != 0; unit++)
		if (slash[1] == unit->letter) {
			period = unit->factor;
			end = slash + 2;
		}
	if (end == NULL || *end != '\0' || count < option->min || count > most || period < 1 ||
	    period > RATE_PERIOD_MAX)
		return false;
	*rate_r = (struct limit_rate){ .count = (uint32_t)count, .period = (uint32_t)period };
	return true;
}

static bool
parse_flag(const char *text, bool *flag_r)
{
	static const char *const yes[] = { "yes", "true", "on", "1" }, *const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < 4; i++) {
		if (text_equal(text, yes[i]) || text_equal(text, no[i])) {
			*flag_r = text_equal(text, yes[i]);
			return true;
		}
	}
	return false;
}

static bool
parse_choice(struct arena *arena, const struct option *option, const char *text, const char **choice_r)
{
	char **choices = text_split(arena, option->choices, ' ');

	*choice_r = text;
	for (; *choices != NULL; choices++)
		if (text_equal(text, *choices))
			return true;
	return *text == '\0' && *option->fallback == '\0';
}

static struct texts
parse_words(struct arena *arena, const char *text)
{
	char **words = text_split(arena, text, ',');
	struct texts list = { .items = (const char *const *)words };

	while (words[list.count] != NULL)
		list.count++;
	return list;
}

bool
option_parse(struct arena *arena, const struct option *option, const char *text, void *value)
{
	switch (option->type) {
	case OPTION_TEXT:
	case OPTION_SECRET:
		*(const char **)value = text;
		return true;
	case OPTION_WORDS:
		*(struct texts *)value = parse_words(arena, text);
		return true;
	case OPTION_CHOICE:
		return parse_choice(arena, option, text, value);
	case OPTION_FLAG:
		return parse_flag(text, value);
	case OPTION_NUMBER:
		return parse_number(option, text, NULL, value);
	case OPTION_SECONDS:
		return parse_number(option, text, time_units, value);
	case OPTION_BYTES:
		return parse_number(option, text, byte_units, value);
	case OPTION_RATE:
		return parse_rate(option, text, value);
	}
	return false;
}

/* In the largest unit that divides it. */
static const char *
print_quantity(struct arena *arena, int64_t number, const struct unit *units)
{
	for (; number != 0 && units->letter != 0; units++)
		if (number % units->factor == 0)
			return arena_format(arena, "%lld%c", (long long)(number / units->factor), units->letter);
	return arena_format(arena, "%lld", (long long)number);
}

static const char *
print_words(struct arena *arena, const struct texts *words)
{
	struct buffer out;

	buffer_init(&out, arena);
	for (size_t i = 0; i < words->count; i++) {
		buffer_text(&out, i > 0 ? ", " : "");
		buffer_text(&out, words->items[i]);
	}
	return out.data;
}

const char *
option_print(struct arena *arena, const struct option *option, const void *value)
{
	const struct limit_rate *rate = value;

	switch (option->type) {
	case OPTION_TEXT:
	case OPTION_SECRET:
	case OPTION_CHOICE:
		return *(const char *const *)value;
	case OPTION_WORDS:
		return print_words(arena, value);
	case OPTION_FLAG:
		return *(const bool *)value ? "yes" : "no";
	case OPTION_NUMBER:
		return arena_format(arena, "%lld", (long long)*(const int64_t *)value);
	case OPTION_SECONDS:
		return print_quantity(arena, *(const int64_t *)value, time_units);
	case OPTION_BYTES:
		return print_quantity(arena, *(const int64_t *)value, byte_units);
	case OPTION_RATE:
		return arena_format(arena, "%u/%s", rate->count, print_quantity(arena, rate->period, time_units));
	}
	return "";
}

static const char *
range_text(struct arena *arena, const struct option *option, const struct unit *units)
{
	const char *least = units != NULL ? print_quantity(arena, option->min, units) : NULL;

	if (units == NULL)
		return option->max == 0
			   ? arena_format(arena, "from %lld", (long long)option->min)
			   : arena_format(arena, "from %lld to %lld", (long long)option->min, (long long)option->max);
	if (option->max == 0)
		return arena_format(arena, "from %s", least);
	return arena_format(arena, "from %s to %s", least, print_quantity(arena, option->max, units));
}

const char *
option_wants(struct arena *arena, const struct option *option)
{
	char **choices;
	struct buffer out;

	switch (option->type) {
	case OPTION_TEXT:
	case OPTION_SECRET:
		return "text";
	case OPTION_WORDS:
		return "words with commas between them";
	case OPTION_FLAG:
		return "yes or no";
	case OPTION_NUMBER:
		return arena_format(arena, "a whole number %s", range_text(arena, option, NULL));
	case OPTION_SECONDS:
		return arena_format(
		    arena, "a time %s, as 90, 90s, 5m, 1h or 1d", range_text(arena, option, time_units));
	case OPTION_BYTES:
		return arena_format(
		    arena, "a size in bytes %s, as 65536, 64k, 1m or 1g", range_text(arena, option, byte_units));
	case OPTION_RATE:
		return "a count and a time, as 600/1m, the time at most a day";
	case OPTION_CHOICE:
		break;
	}
	buffer_init(&out, arena);
	buffer_text(&out, "one of ");
	for (choices = text_split(arena, option->choices, ' '); *choices != NULL; choices++)
		buffer_format(&out, "%s%s", *choices, choices[1] != NULL ? ", " : "");
	return out.data;
}
