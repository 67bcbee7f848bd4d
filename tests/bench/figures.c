/* figures.c -- see figures.h. */
#include "tests/bench/figures.h"

#include <stdio.h>

static bool missed;

void
figure_note(const char *name, double value, const char *unit)
{
	printf("%-60s %10.3f %s\n", name, value, unit);
	fflush(stdout);
}

void
figure_most(const char *name, double value, const char *unit, double most)
{
	printf("%-60s %10.3f %-6s (at most %g)%s\n", name, value, unit, most, value > most ? "  MISSED" : "");
	fflush(stdout);
	missed = missed || value > most;
}

bool
figures_are_well(void)
{
	return !missed;
}
