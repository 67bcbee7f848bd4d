/* house.c -- the house as a test sees it: what there is, and not what it does. */
#include "tests/api/kit/house.h"

static const struct area_row areas[] = {
#define AREA(name_, prefixes_, schemas_, says_) \
	{ .name = #name_, .prefixes = prefixes_, .schemas = schemas_, .says = says_ },
#include "handlers/areas.def"
	{ .name = "sample", .prefixes = "/v1/notes /v1/sample", .schemas = "sample" },
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
	{ .name = "sample", .area = "sample", .kind = LISTENER, .locations = "", .pm = "static", .max_children = 4 },
};

const struct house kit_house = {
	.areas = areas,
	.area_count = sizeof(areas) / sizeof(areas[0]),
	.pools = pools,
	.pool_count = sizeof(pools) / sizeof(pools[0]),
};
