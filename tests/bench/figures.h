/* figures.h -- what a benchmark prints: a line for each figure, beside what it must be where that was promised. */
#ifndef STOA_TESTS_BENCH_FIGURES_H
#define STOA_TESTS_BENCH_FIGURES_H

#include <stdbool.h>
#include <sys/types.h>

/* A line with the figure; with what it must be, and whether that was missed. */
void note(const char *name, double value, const char *unit);
void says(const char *name, double value, const char *unit, double must, bool at_least);
/* Whether none was missed. */
bool all_is_well(void);

/* The smallest first. */
void sort_values(double *values, int count);
/* Sorts them as well. */
double median(double *values, int count);

/* Seconds for which a process has had a processor so far; -1: it is not here. */
double processor_seconds(pid_t pid);

#endif
