/*
 * erase.h -- everything that the house keeps, erased by an order.  The order is a row (auth.erase_order) and a file
 * that names it.  What is to be dropped still holds the row, so an order is carried out once, however often it is
 * begun.
 */
#ifndef STOA_DB_ERASE_H
#define STOA_DB_ERASE_H

#include <stdbool.h>
#include <stdio.h>

struct arena;
struct config;

/* Where the order's file is: its id, in a line. */
const char *erase_order_path(struct arena *arena, const struct config *config);

/* Whether this host could: nothing is stopped for an order that cannot be carried out. */
bool erase_is_possible(const struct config *config, FILE *complaints);

/*
 * Writes down where the audit ends, removes the mails, and drops every schema in one transaction.  True as well when
 * the order's row is gone: then that has been done.  False after a complaint; it may be called again.
 */
bool erase_everything(struct arena *arena, const struct config *config, FILE *complaints);

#endif
