/* house.c -- a small house: the sample area beside ops, and the helper that speaks to Redis. */
#include "core/base/house.h"

#include "handlers/areas.h"
#include "tests/api/sample/sample.h"

static const struct area_row areas[] = {
	{ "ops", "/health /ready /version /openapi.json /metrics /v1/pools /v1/warnings", "", "Health and metrics",
	    &ops_area },
	{ "sample", "/v1/notes /v1/sample", "sample", "Notes, for the tests", &sample_area },
};

static const struct pool_row pools[] = {
	{ "ops", "ops", LISTENER, "", "static", 2, "Health, metrics, the reference" },
	{ "sample", "sample", LISTENER, "", "static", 4, "Notes" },
	{ "limits", "ops", HELPER, "", "static", 1, "Shares limits between hosts through Redis" },
};

const struct house house = {
	.areas = areas,
	.area_count = sizeof(areas) / sizeof(areas[0]),
	.pools = pools,
	.pool_count = sizeof(pools) / sizeof(pools[0]),
};
