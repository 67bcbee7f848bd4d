/* figures.h -- what a benchmark prints: a line for each figure, beside what it must be where that was promised. */
#ifndef STOA_TESTS_BENCH_FIGURES_H
#define STOA_TESTS_BENCH_FIGURES_H

#include <stdbool.h>

/* A figure, for people. */
void figure_note(const char *name, double value, const char *unit);
/* One that must be `most` at most. */
void figure_most(const char *name, double value, const char *unit, double most);
/* Whether all that must be so was so. */
bool figures_are_well(void);

#endif
