/* figures.c -- see figures.h. */
#include "tests/bench/figures.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static bool well = true;

void
says(const char *name, double value, const char *unit, double must, bool at_least)
{
	const bool missed = at_least ? value < must : value > must;

	printf("%-60s %12.3f %-8s (%s %g)%s\n", name, value, unit, at_least ? "at least" : "at most", must,
	    missed ? "  MISSED" : "");
	fflush(stdout);
	well = well && !missed;
}

void
note(const char *name, double value, const char *unit)
{
	printf("%-60s %12.3f %s\n", name, value, unit);
	fflush(stdout);
}

bool
all_is_well(void)
{
	return well;
}

static int
by_size(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

void
sort_values(double *values, int count)
{
	qsort(values, (size_t)count, sizeof(*values), by_size);
}

double
median(double *values, int count)
{
	sort_values(values, count);
	return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

/* The kernel's scheduler counts in nanoseconds. */
double
processor_seconds(pid_t pid)
{
	char path[64];
	uint64_t nanoseconds;
	FILE *file;
	bool known;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	if ((file = fopen(path, "re")) == NULL)
		return -1;
	known = fscanf(file, "%" SCNu64, &nanoseconds) == 1;
	fclose(file);
	return known ? (double)nanoseconds / 1e9 : -1;
}
