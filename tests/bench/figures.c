/* figures.c -- see figures.h. */
#include "tests/bench/figures.h"

#include <stdio.h>

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
