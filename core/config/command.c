/* command.c -- stoad --check, --show-config, --get and --manual. */
#include <stdio.h>

#include "core/base/arena.h"
#include "core/base/command.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/option.h"

/* main() has read the configuration and told what was wrong; whoever comes here has a right one. */
int
config_check_command(const struct command_line *line)
{
	size_t count = 0, set = 0;

	for (const struct config_origin *origin = line->config->origins; origin->option != NULL; origin++) {
		count++;
		set += origin->file != NULL || origin->variable != NULL;
	}
	printf("%s: %zu settings, %zu of them set, all of them right.\n", line->config->path, count, set);
	return 0;
}

int
config_show_command(const struct command_line *line)
{
	config_show(line->config, stdout);
	return 0;
}

int
config_manual_command(const struct command_line *line)
{
	config_manual(line->house, stdout);
	return 0;
}

/* For scripts: the bare value (times in seconds, sizes in bytes), secrets too, since whoever can run this can read the
 * file. */
int
config_get_command(const struct command_line *line)
{
	const struct config_origin *origin;
	char *const *arguments = line->arguments;

	if (arguments[0] == NULL || arguments[1] == NULL || arguments[2] != NULL) {
		fputs("usage: stoad --get SECTION KEY, as: stoad --get pool.ops pm.max_children\n", stderr);
		return 2;
	}
	if ((origin = config_origin(line->config, arguments[0], arguments[1])) == NULL) {
		fprintf(stderr, "stoad: there is no setting [%s] %s; stoad --show-config lists them.\n", arguments[0],
		    arguments[1]);
		return 1;
	}
	if (origin->option->type == OPTION_SECONDS || origin->option->type == OPTION_BYTES)
		printf("%lld\n", (long long)*(const int64_t *)origin->value);
	else
		puts(option_print(line->arena, origin->option, origin->value));
	return 0;
}
