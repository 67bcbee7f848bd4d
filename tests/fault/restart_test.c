/* restart_test.c -- workers are told to end under load with large bodies and replies: nobody notices. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "tests/api/kit/platform.h"
#include "tests/fault/fault.h"

#define CLIENTS    12
#define BODY_SIZE  300000
#define REPLY_SIZE 3000000

static const char *
large_body(struct world *w)
{
	char *text = arena_alloc(w->arena, BODY_SIZE + 1);

	memset(text, 'b', BODY_SIZE);
	return arena_format(w->arena, "{\"text\":\"%s\"}", text);
}

static void
worker_restarts_cut_nothing(void **state)
{
	struct world *w = *state;
	struct load_request requests[] = {
		{ "/v1/sample/big?bytes=3000000", NULL, REPLY_SIZE },
		{ "/v1/sample/count", large_body(w), strlen("{\"count\":300000}") },
		{ "/v1/sample/still", NULL, 0 },
	};
	const int restarts = (int)figure(20, 200);
	struct load *load = load_start(w, requests, 3, CLIENTS);
	struct load_report report;
	unsigned ended = 0;

	load_run(load, 0.5);
	for (int i = 0; i < restarts; i++) {
		ended += platform_signal_one_child(w->platform->stoad, (unsigned)i, SIGTERM);
		load_run(load, 0.3);
	}
	report = load_stop(load);
	print_message("%u workers ended, %u requests well, %u refused, slowest %.2f s\n", ended, report.well,
	    report.refused, report.slowest);
	assert_int_equal(ended, restarts);
	then_nothing_wrong(report);
	assert_int_equal(report.refused, 0);
	assert_true(report.well > 0);
}

static const struct CMUnitTest restart_tests[] = {
	api_test(worker_restarts_cut_nothing),
};

int
main(void)
{
	return kit_run(restart_tests, sizeof(restart_tests) / sizeof(restart_tests[0]), "restart_tests", platform_open);
}
