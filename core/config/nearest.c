/* nearest.c -- which name was probably meant: the fewest letters to add, drop, change or swap. */
#include <string.h>

#include "core/config/option.h"

#define NAME_MAX_LENGTH 63

static unsigned
least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Damerau's distance in its simple form, on three rows of the table. */
static unsigned
distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	unsigned rows[3][NAME_MAX_LENGTH + 1], *before = rows[0], *above = rows[1], *row = rows[2], *spare;

	for (unsigned j = 0; j <= b_length; j++)
		above[j] = j;
	for (unsigned i = 1; i <= a_length; i++) {
		row[0] = i;
		for (unsigned j = 1; j <= b_length; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]), least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[b_length];
}

const char *
nearest_name(const char *name, const char *const *names)
{
	size_t length = strlen(name), other;
	unsigned best = (unsigned)(length / 3 < 2 ? 2 : length / 3) + 1, away;
	const char *nearest = NULL;

	if (length > NAME_MAX_LENGTH)
		return NULL;
	for (; *names != NULL; names++) {
		if ((other = strlen(*names)) > NAME_MAX_LENGTH)
			continue;
		away = distance(name, length, *names, other);
		if (away < best) {
			best = away;
			nearest = *names;
		}
	}
	return nearest;
}
