/* platform_part.h -- between the two files of a test's platform. */
#ifndef STOA_TESTS_API_KIT_PLATFORM_PART_H
#define STOA_TESTS_API_KIT_PLATFORM_PART_H

#include "tests/api/kit/platform.h"

/* platform_server.c */
bool make_postgres(struct platform *platform, const char *settings);
/* Waits for the platform's /health and each pool's workers. */
bool answers(struct platform *platform);
bool run_sql_file(PGconn *admin, const char *path);

#endif
