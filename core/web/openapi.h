/* openapi.h -- the API's description, made of the route and shape tables. */
#ifndef STOA_WEB_OPENAPI_H
#define STOA_WEB_OPENAPI_H

#include <stdio.h>

struct arena;
struct house;

/* OpenAPI 3.1 as JSON, the same each time; NULL after saying on `complaints` which table is wrong. */
const char *openapi_print(struct arena *arena, const struct house *house, FILE *complaints);

#endif
