/*
 * cpu.h -- who uses how much processor: what a rate on a busy machine cannot say, and where a difference comes from.
 */
#ifndef STOA_TESTS_BENCH_CPU_H
#define STOA_TESTS_BENCH_CPU_H

#include "tests/api/kit/platform.h"

enum cpu_part { CPU_NGINX, CPU_WORKERS, CPU_HELPER, CPU_POSTGRES, CPU_REDIS, CPU_PARTS };

/* Seconds since each process began, summed over the processes of a part; a part's children count, not its master. */
struct cpu {
	double seconds[CPU_PARTS];
};
/* `others` are further masters of workers, the bare ones; 0 ends the list. */
struct cpu cpu_now(struct world *w, const pid_t *others);
struct cpu cpu_since(const struct cpu *before, struct cpu now);
void cpu_add(struct cpu *sum, const struct cpu *more);
/* "nginx 41, workers 30, helper 0, PostgreSQL 52, Redis 0", in microseconds for each of `count`. */
const char *cpu_print(struct arena *arena, const struct cpu *cpu, double count);

#endif
