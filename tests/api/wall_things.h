/* wall_things.h -- how to make a thing for each address of wall.def. */
#ifndef STOA_TESTS_API_WALL_THINGS_H
#define STOA_TESTS_API_WALL_THINGS_H

#include "tests/api/kit/world.h"

/*
 * In the world are ada, whose thing it is to be, and root, a super user.  `values` gets the values of the path's
 * {names}, in their order.
 */
typedef void thing_maker(struct world *w, const char **values);

#define THING(path, make) thing_maker make;
#include "tests/api/wall.def"

#endif
