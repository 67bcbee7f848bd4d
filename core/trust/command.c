/*
 * command.c -- stoad --keys: `new` makes the file of secrets, `new --add` puts a newer secret in front of the
 * others, `rewrap` seals anew what older ones sealed, after which they may be taken out of the file; `rotate` makes a
 * new key that tokens are signed with.
 */
#include "core/base/command.h"

#include <stdio.h>
#include <string.h>

#include "core/base/env.h"
#include "core/config/config.h"
#include "core/trust/command.h"
#include "core/trust/secret.h"

static int
usage(void)
{
	fputs("usage: stoad --keys new [--add] | stoad --keys rewrap | stoad --keys rotate\n", stderr);
	return 2;
}

static int
make_secret(const struct command_line *line, bool add)
{
	const char *path = line->config->global.secret_key_file;

	if (!secrets_make(line->arena, &env_system, path, add, stderr))
		return 1;
	if (!add) {
		printf("%s: made, with one secret.  Keep a copy where the database's backups are not.\n", path);
		return 0;
	}
	printf("%s: a newer secret stands in front.  Next, on every host: copy the file, run `scripts/stoa migrate`\n"
	       "(the areas' passwords follow the newest secret), reload; then `stoad --keys rewrap` once.\n",
	    path);
	return 0;
}

int
keys_command(const struct command_line *line)
{
	char *const *arguments = line->arguments;

	if (arguments[0] == NULL)
		return usage();
	if (strcmp(arguments[0], "new") == 0 && arguments[1] == NULL)
		return make_secret(line, false);
	if (strcmp(arguments[0], "new") == 0 && strcmp(arguments[1], "--add") == 0 && arguments[2] == NULL)
		return make_secret(line, true);
	if (strcmp(arguments[0], "rewrap") == 0 && arguments[1] == NULL)
		return key_open(line->config) ? rewrap_all(line->config, stdout, stderr) : 1;
	if (strcmp(arguments[0], "rotate") == 0 && arguments[1] == NULL)
		return key_open(line->config) ? rotate_key(line->config, stdout, stderr) : 1;
	return usage();
}
