/* fault.h -- what the tests of faults have in common. */
#ifndef STOA_TESTS_FAULT_FAULT_H
#define STOA_TESTS_FAULT_FAULT_H

#include <stdlib.h>

#include "tests/api/kit/load.h"

/* The quick figure, or the full one. */
static inline double
figure(double quick, double full)
{
	const char *is_long = getenv("STOA_TEST_LONG");

	return is_long != NULL && *is_long != '\0' ? full : quick;
}

#define then_nothing_wrong(report) kit_then_nothing_wrong(&(report), HERE)
static inline void
kit_then_nothing_wrong(const struct load_report *report, struct place place)
{
	if (report->wrong > 0)
		kit_fail(place, "%u of %u requests went wrong; the first: %s", report->wrong,
		    report->well + report->refused + report->wrong, report->complaint);
}

#define then_none_slower(report, seconds) kit_then_none_slower(&(report), seconds, HERE)
static inline void
kit_then_none_slower(const struct load_report *report, double seconds, struct place place)
{
	if (report->slowest > seconds)
		kit_fail(place, "the slowest took %.2f s, may take %.2f s", report->slowest, seconds);
}

#endif
