/* house.c -- finding an area by its name. */
#include <string.h>

#include "core/base/house.h"

const struct area *
house_area(const struct house *house, const char *name)
{
	for (size_t i = 0; i < house->area_count; i++)
		if (strcmp(house->areas[i].name, name) == 0)
			return house->areas[i].area;
	return NULL;
}
