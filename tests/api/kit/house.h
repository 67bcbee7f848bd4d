/* house.h -- the rows of areas.def without the areas themselves, enough to read a stoa.conf. */
#ifndef STOA_TESTS_API_KIT_HOUSE_H
#define STOA_TESTS_API_KIT_HOUSE_H

#include "core/base/house.h"

extern const struct house kit_house;

#endif
