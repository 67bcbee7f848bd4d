/*
 * statements_test.c -- prepares every statement of the house, as the role that will use it, and compares what
 * PostgreSQL says of its parameters and columns with what queries.sql declares.  Skipped unless
 * STOA_TEST_CONFIG names the stoa.conf of a running, migrated environment.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/config/config.h"
#include "core/db/codec.h"
#include "core/db/database.h"
#include "core/trust/key.h"
#include "core/web/route.h"
#include "handlers/areas.h"

extern char **environ;

#define ROOM(name, role) extern const struct sql_statement *const name##_statements[];
#include "tests/statements/rooms.def"
#undef ROOM

static const struct room {
	const char *name, *role;
	const struct sql_statement *const *statements;
} rooms[] = {
#define ROOM(name, role) { #name, role, name##_statements },
#include "tests/statements/rooms.def"
#undef ROOM
};

static unsigned prepared, wrong;

static void __attribute__((format(printf, 3, 4)))
complain(const char *room, const struct sql_statement *statement, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "%s: %s: ", room, statement->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	wrong++;
}

static const char *
type_name(unsigned oid)
{
	static char number[32];

	for (int type = 0; type < SQL_TYPE__COUNT; type++)
		if (sql_type_oid((enum sql_type)type) == oid)
			return sql_type_name((enum sql_type)type);
	snprintf(number, sizeof(number), "the type with oid %u", oid);
	return number;
}

static void
compare_parameters(const char *room, const struct sql_statement *statement, const PGresult *described)
{
	if ((size_t)PQnparams(described) != statement->parameter_count) {
		complain(room, statement, "has %d parameters, and %zu are declared", PQnparams(described),
		    statement->parameter_count);
		return;
	}
	for (size_t i = 0; i < statement->parameter_count; i++)
		if (PQparamtype(described, (int)i) != sql_type_oid(statement->parameters[i].type))
			complain(room, statement, "parameter %s is %s", statement->parameters[i].name,
			    type_name(PQparamtype(described, (int)i)));
}

static void
compare_columns(const char *room, const struct sql_statement *statement, const PGresult *described)
{
	if (statement->rows == SQL_EXEC)
		return;
	if ((size_t)PQnfields(described) != statement->column_count) {
		complain(room, statement, "has %d columns, and %zu are declared", PQnfields(described),
		    statement->column_count);
		return;
	}
	for (size_t i = 0; i < statement->column_count; i++) {
		const struct sql_column *column = &statement->columns[i];

		if (strcmp(PQfname(described, (int)i), column->name) != 0)
			complain(room, statement, "column %zu is called %s, and %s is declared", i + 1,
			    PQfname(described, (int)i), column->name);
		if (PQftype(described, (int)i) != sql_type_oid(column->type))
			complain(room, statement, "column %s is %s, and %s is declared", column->name,
			    type_name(PQftype(described, (int)i)), sql_type_name(column->type));
	}
}

/* With the declared types, as a worker does it. */
static void
prepare(PGconn *connection, const char *room, const struct sql_statement *statement)
{
	Oid types[SQL_PARAMETERS_MAX];
	PGresult *result;

	prepared++;
	for (size_t i = 0; i < statement->parameter_count; i++)
		types[i] = sql_type_oid(statement->parameters[i].type);
	result = PQprepare(connection, statement->name, statement->text, (int)statement->parameter_count, types);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		complain(room, statement, "%s", PQresultErrorMessage(result));
		PQclear(result);
		return;
	}
	PQclear(result);
	result = PQdescribePrepared(connection, statement->name);
	compare_parameters(room, statement, result);
	compare_columns(room, statement, result);
	PQclear(result);
}

/*
 * Names and types are looked up when a statement is prepared; what the role may do, only when it is run.  EXPLAIN
 * looks at that too and runs nothing.
 */
static void
explain(struct arena *arena, PGconn *connection, const char *room, const struct sql_statement *statement)
{
	struct buffer sql;
	PGresult *result;

	buffer_init(&sql, arena);
	buffer_format(&sql, "EXPLAIN EXECUTE %s", statement->name);
	for (size_t i = 0; i < statement->parameter_count; i++)
		buffer_text(&sql, i == 0 ? "(NULL" : ", NULL");
	if (statement->parameter_count > 0)
		buffer_char(&sql, ')');
	result = PQexecParams(connection, sql.data, 0, NULL, NULL, NULL, NULL, 0);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		complain(room, statement, "%s", PQresultErrorMessage(result));
	PQclear(result);
}

static void
check_room(struct arena *arena, const struct config *config, const char *room, const char *role,
    const struct sql_statement *const *statements)
{
	PGconn *connection;

	if (statements == NULL)
		return;
	connection = database_open(config, role, "statements_test", stderr);
	if (connection == NULL) {
		fprintf(stderr, "%s: no connection as %s\n", room, role);
		wrong++;
		return;
	}
	for (; *statements != NULL; statements++) {
		prepare(connection, room, *statements);
		explain(arena, connection, room, *statements);
	}
	PQfinish(connection);
}

int
main(void)
{
	struct arena *arena = arena_new();
	const char *path = getenv("STOA_TEST_CONFIG");
	const struct config *config;

	if (path == NULL)
		return 77;
	config = config_read(arena, &house, path, environ, stderr);
	if (config == NULL || !key_open(config))
		return 1;
	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++)
		check_room(arena, config, rooms[i].name, rooms[i].role, rooms[i].statements);
	for (size_t i = 0; i < house.area_count; i++)
		check_room(arena, config, house.areas[i].name, arena_format(arena, "stoa_%s", house.areas[i].name),
		    house.areas[i].area->statements);
	printf("%u statements prepared, %u complaints\n", prepared, wrong);
	arena_free(arena);
	return wrong == 0 ? 0 : 1;
}
