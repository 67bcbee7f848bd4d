/*
 * command.h -- what stoad does besides running: `stoad --openapi`, `stoad --migrate status`.  The table of
 * commands is in handlers/stoad.c; each is a function in the room that knows how.
 */
#ifndef STOA_BASE_COMMAND_H
#define STOA_BASE_COMMAND_H

struct arena;
struct config;
struct house;

struct command_line {
	struct arena *arena;
	const struct house *house;
	const struct config *config; /* NULL: the command needs none */
	char *const *arguments;      /* behind the command, NULL-terminated */
	char *const *argv;           /* the whole, for those that execute the program anew */
};

/* The exit status: 0 well, 1 it went wrong, 2 it was asked wrongly. */
typedef int command_function(const struct command_line *line);

command_function config_check_command;  /* core/config/command.c */
command_function config_show_command;
command_function config_manual_command;
command_function config_get_command;
command_function openapi_command;       /* core/web/openapi.c */
command_function migrate_command;       /* core/db/migrate.c */
command_function nginx_command;         /* core/config/nginx.c: writes nginx.conf from its templates */
command_function pools_command;         /* core/pool/command.c: the table of pools, a line each */
command_function keep_command;          /* core/pool/keeper.c */
command_function keys_command;          /* core/trust/command.c: new, rewrap, rotate */
command_function users_command;         /* handlers/auth/command.c: setup-link, create-super-user */
command_function erase_command;         /* handlers/auth/command.c: what the master calls when an order's file is there */

#endif
