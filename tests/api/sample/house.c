/* house.c -- the house with one area more. */
#include "core/base/house.h"

#include "handlers/areas.h"
#include "tests/api/sample/sample.h"

static const struct area_row areas[] = {
#define AREA(name_, prefixes_, schemas_, says_) \
	{ .name = #name_, .prefixes = prefixes_, .schemas = schemas_, .says = says_, .area = &name_##_area },
#include "handlers/areas.def"
	{ "sample", "/v1/notes /v1/sample", "sample", "Notes, for the tests", &sample_area },
};

static const struct pool_row pools[] = {
#define POOL(name_, area_, kind_, locations_, pm_, max_children_, says_) \
	{ .name = #name_, \
		.area = #area_, \
		.kind = kind_, \
		.locations = locations_, \
		.pm = pm_, \
		.max_children = max_children_, \
		.says = says_ },
#include "handlers/areas.def"
	{ "sample", "sample", LISTENER, "", "static", 4, "Notes" },
};

const struct house house = {
	.areas = areas,
	.area_count = sizeof(areas) / sizeof(areas[0]),
	.pools = pools,
	.pool_count = sizeof(pools) / sizeof(pools[0]),
};
