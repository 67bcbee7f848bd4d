/* role.h -- the database's roles: one that owns, one for all areas, and one for each of them to log in as. */
#ifndef STOA_DB_ROLE_H
#define STOA_DB_ROLE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdio.h>

struct arena;
struct config;
struct house;

/* Makes and corrects roles, the schema core and its tables of what has been done; cheap when all is as it should be. */
bool roles_make(
    struct arena *arena, const struct config *config, const struct house *house, PGconn *connection, FILE *complaints);

#endif
