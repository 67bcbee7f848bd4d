/* rows.c -- C values to a statement's parameters, and a result's rows to C structs in the request's arena. */
#include <libpq-fe.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/db/codec.h"
#include "core/db/link.h"

/* Text that must be there but is NULL travels as SQL NULL, and PostgreSQL says what it thinks of it. */
static bool
is_null(enum sql_type type, const void *argument)
{
	return argument == NULL || ((type == SQL_TEXT || type == SQL_JSONB) && *(const char *const *)argument == NULL);
}

/* Copied now: the caller's values are gone when the flush comes. */
void
arguments_encode(
    struct request *req, const struct sql_statement *statement, const void *const *arguments, struct db_entry *entry)
{
	size_t count = statement->parameter_count;
	const char **values = ARENA_ARRAY(req->arena, count, const char *);
	int *lengths = ARENA_ARRAY(req->arena, count, int), *formats = ARENA_ARRAY(req->arena, count, int);
	size_t *offsets = ARENA_ARRAY(req->arena, count, size_t);
	struct buffer data;

	buffer_init(&data, req->arena);
	for (size_t i = 0; i < count; i++) {
		formats[i] = 1;
		offsets[i] = data.length;
		if (!is_null(statement->parameters[i].type, arguments[i]))
			sql_encode(&data, statement->parameters[i].type, arguments[i]);
		lengths[i] = (int)(data.length - offsets[i]);
	}
	for (size_t i = 0; i < count; i++)
		values[i] = is_null(statement->parameters[i].type, arguments[i]) ? NULL : data.data + offsets[i];
	entry->values = values;
	entry->lengths = lengths;
	entry->formats = formats;
}

/* Every type has a size, so a nullable value other than text is a pointer to one. */
static bool
column_decode(
    struct arena *arena, const struct sql_column *column, const PGresult *result, int row, int field, char *out)
{
	bool text = column->type == SQL_TEXT || column->type == SQL_JSONB;
	void *place = out + column->offset;

	if (PQgetisnull(result, row, field))
		return column->nullable; /* the arena is zeroed: NULL */
	if (column->nullable && !text) {
		void *value = arena_alloc(arena, sql_type_size(column->type));

		memcpy(place, &value, sizeof(value));
		place = value;
	}
	return sql_decode(
	    arena, column->type, PQgetvalue(result, row, field), (size_t)PQgetlength(result, row, field), place);
}

static bool
complain(struct request *req, const struct sql_statement *statement, const char *what, const char *column)
{
	log_line(ERROR, req, "db", what, { "statement", .text = statement->name }, { "column", .text = column });
	return false;
}

static bool
columns_fit(struct request *req, const struct sql_statement *statement, const PGresult *result)
{
	if ((size_t)PQnfields(result) != statement->column_count)
		return complain(req, statement, "the statement returns another number of columns", "");
	for (size_t i = 0; i < statement->column_count; i++)
		if (PQftype(result, (int)i) != sql_type_oid(statement->columns[i].type))
			return complain(
			    req, statement, "the column is of another type than declared", statement->columns[i].name);
	return true;
}

bool
rows_decode(
    struct request *req, const struct sql_statement *statement, const PGresult *result, void **rows_r, size_t *count_r)
{
	size_t count = (size_t)PQntuples(result);
	char *rows;

	*rows_r = NULL;
	*count_r = 0;
	if (!columns_fit(req, statement, result))
		return false;
	if (statement->rows == SQL_ONE && count > 1)
		return complain(req, statement, "a statement for one row returned more", "");
	if (count == 0)
		return true;
	rows = arena_array(req->arena, count, statement->row_size);
	for (size_t row = 0; row < count; row++)
		for (size_t i = 0; i < statement->column_count; i++)
			if (!column_decode(req->arena, &statement->columns[i], result, (int)row, (int)i,
				rows + row * statement->row_size))
				return complain(
				    req, statement, "the column cannot be read", statement->columns[i].name);
	*rows_r = rows;
	*count_r = count;
	return true;
}
