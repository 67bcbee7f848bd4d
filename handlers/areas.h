/* areas.h -- every room's contract by name; made of areas.def. */
#ifndef STOA_HANDLERS_AREAS_H
#define STOA_HANDLERS_AREAS_H

#include "core/base/house.h"
#include "core/web/route.h"

#define AREA(name, ...) extern const struct area name##_area;
#include "handlers/areas.def"

extern const struct house house;

#endif
