/*
 * statement.h -- a SQL statement as a table row.  scripts/sqlgen makes these, and one typed C function
 * around each, from the queries.sql of every room:
 *
 *	-- name: session_page :many replica (parties uuid[], before_time timestamptz, before_id uuid, limit int)
 *	-- row: (id uuid, created_at timestamptz, device text?, ended_at timestamptz?)
 *	-- A first page passes 'infinity'.
 *	SELECT ... WHERE owner = ANY(:parties) AND (created_at, id) < (:before_time, :before_id) ... LIMIT :limit;
 *
 * becomes
 *
 *	struct session_page_row { struct uuid id; struct instant created_at; const char *device; const struct instant
 **ended_at; }; struct session_page_rows { struct session_page_row *items; size_t count; }; const struct problem
 **sql_session_page(struct request *req, struct uuids parties, struct instant before_time, struct uuid before_id,
 *int32_t limit, struct session_page_rows *rows_r);
 *
 * A type with `?` may be NULL, and is a pointer in C.  :one gives `struct x_row **row_r`, NULL when there
 * is no row; :exec returns nothing (see db.h).  tests/statements prepares each against a migrated database
 * and compares parameters and columns with what is declared.
 */
#ifndef STOA_DB_STATEMENT_H
#define STOA_DB_STATEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/value.h"

/* Also the C type, by value.h: bigint is int64_t, int is int32_t, numeric is minor_units, text is const char *. */
enum sql_type {
	SQL_UUID,
	SQL_TEXT,
	SQL_INT,
	SQL_BIGINT,
	SQL_BOOL,
	SQL_TIMESTAMPTZ,
	SQL_BYTEA,
	SQL_JSONB,
	SQL_NUMERIC,
	SQL_UUIDS,
	SQL_TEXTS,
	SQL_BIGINTS,
	SQL_NUMERICS,
	SQL_TIMESTAMPTZS,
	SQL_BOOLS,
	SQL_BYTEAS,
	SQL_TYPE__COUNT
};

/* bytea[], beside the lists of value.h. */
struct byte_strings {
	const struct bytes *items;
	size_t count;
};

struct sql_column {
	const char *name;
	enum sql_type type;
	bool nullable;
	size_t offset; /* in the row's struct */
};

struct sql_parameter {
	const char *name;
	enum sql_type type;
	bool nullable;
};

#define SQL_PARAMETERS_MAX 64

enum sql_rows { SQL_ONE, SQL_MANY, SQL_EXEC };

struct sql_statement {
	const char *name;
	const char *text; /* with $1, $2, ... */
	enum sql_rows rows;
	bool replica;     /* may be a little stale: read from database_read_url when there is one */
	bool custom_plan; /* planned for its values, at each call: partitioned tables */
	const struct sql_parameter *parameters;
	size_t parameter_count;
	const struct sql_column *columns;
	size_t column_count;
	size_t row_size;
	unsigned *number; /* where this process keeps the statement's number; 0: none yet */
};

#endif
