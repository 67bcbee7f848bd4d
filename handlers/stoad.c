/*
 * stoad.c -- the front door: finds the configuration, and runs the pools or one of the commands below.
 *
 *	stoad [--config FILE] [--COMMAND [ARGUMENT ...]]
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"
#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/house.h"
#include "core/config/config.h"
#include "core/pool/master.h"
#include "handlers/areas.h"
#include "handlers/audit/verify.h"
#include "handlers/ledger/verify.h"

#define CONFIG_DEFAULT "/etc/stoa/stoa.conf"

static command_function run_command;
static command_function help_command;
static command_function version_command;

static const struct command {
	const char *name;
	command_function *function;
	bool configured; /* reads stoa.conf first */
	const char *says;
} commands[] = {
	{ "--run", run_command, true, "run the pools, in the foreground (the default)" },
	{ "--check", config_check_command, true, "say whether the configuration is right" },
	{ "--show-config", config_show_command, true, "every setting in force and where it comes from" },
	{ "--get", config_get_command, true, "one setting's value: --get global https_port" },
	{ "--manual", config_manual_command, false, "the table of all settings" },
	{ "--pools", pools_command, true, "the pools of this host, a line each" },
	{ "--nginx", nginx_command, true, "write nginx's configuration into a directory" },
	{ "--migrate", migrate_command, true, "bring the database up to date; `--migrate status` only tells" },
	{ "--keys", keys_command, true, "make, rewrap or rotate secrets: --keys new, --keys rewrap, --keys rotate" },
	{ "--users", users_command, true, "the first super user: --users setup-link, --users create-super-user MAIL" },
	{ "--erase", erase_command, true, "carry out an order to erase everything (the master does it when there is one)" },
	{ "--audit", audit_command, true, "say whether the audit is whole: --audit verify [--file EXPORT]" },
	{ "--ledger", ledger_command, true, "say whether the balances follow from the transfers: --ledger verify" },
	{ "--keep", keep_command, false, "run programs and start again what dies (development)" },
	{ "--openapi", openapi_command, false, "the API's description" },
	{ "--version", version_command, false, "the version" },
	{ "--help", help_command, false, "this" },
};

static int
run_command(const struct command_line *line)
{
	return master_run(line->config, line->house, line->argv);
}

static int
version_command(const struct command_line *line)
{
	(void)line;
	puts(PACKAGE_VERSION);
	return 0;
}

static int
help_command(const struct command_line *line)
{
	(void)line;
	puts("usage: stoad [--config FILE] [COMMAND [ARGUMENT ...]]\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		printf("  %-14s %s\n", commands[i].name, commands[i].says);
	return 0;
}

static const struct command *
command_named(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	struct command_line line = { .arena = arena_new(), .house = &house, .argv = argv };
	const struct command *command = &commands[0];
	const char *path = getenv("STOA_CONFIG");
	int next = 1;

	if (argc > next + 1 && strcmp(argv[next], "--config") == 0) {
		path = argv[next + 1];
		next += 2;
	}
	if (argc > next && (command = command_named(argv[next++])) == NULL) {
		fprintf(stderr, "stoad: there is no command \"%s\"; stoad --help lists them.\n", argv[next - 1]);
		return 2;
	}
	line.arguments = argv + (next < argc ? next : argc);
	if (command->configured) {
		line.config = config_read(line.arena, &house, path != NULL ? path : CONFIG_DEFAULT, environ, stderr);
		if (line.config == NULL)
			return 2;
	}
	return command->function(&line);
}
