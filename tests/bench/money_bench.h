/* money_bench.h -- what the parts of the benchmark of money share. */
#ifndef STOA_TESTS_BENCH_MONEY_BENCH_H
#define STOA_TESTS_BENCH_MONEY_BENCH_H

#include <stdbool.h>

#include "tests/api/kit/platform.h"
#include "tests/bench/figures.h"

extern bool is_long; /* the full figures */

double now_seconds(void);
double number(struct world *w, const char *sql);

/* money_history.c: pages of a long history, and how long it takes to verify ten million transfers. */
void bench_history(struct world *w);

#endif
