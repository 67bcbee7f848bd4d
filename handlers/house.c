/* house.c -- areas.def as a value that core can be handed. */
#include "core/base/house.h"

#include "handlers/areas.h"

static const struct area_row areas[] = {
#define AREA(name_, prefixes_, schemas_, says_) \
	{ .name = #name_, .prefixes = prefixes_, .schemas = schemas_, .says = says_, .area = &name_##_area },
#include "handlers/areas.def"
};

static const struct pool_row pools[] = {
#define POOL(name_, area_, kind_, locations_, pm_, max_children_, says_) \
	{ .name = #name_, .area = #area_, .kind = kind_, .locations = locations_, .pm = pm_, \
	  .max_children = max_children_, .says = says_ },
#include "handlers/areas.def"
};

const struct house house = {
	.areas = areas,
	.area_count = sizeof(areas) / sizeof(areas[0]),
	.pools = pools,
	.pool_count = sizeof(pools) / sizeof(pools[0]),
};
