/* keeper_file.c -- the keeper's file: `name: [option=value ...] program [argument ...]`, a line each. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/base/value.h"
#include "core/pool/keeper.h"

#define GRACE 10

/* What asks a program to end well: postgres without waiting for its clients, nginx after its requests. */
static const struct habit {
	const char *program;
	int stop_signal;
	bool holds_port;
} habits[] = {
	{ "postgres", SIGINT, false },
	{ "nginx", SIGQUIT, true },
};

static void
follow_habit(struct kept *kept)
{
	const char *slash = strrchr(kept->argv[0], '/');
	const char *program = slash != NULL ? slash + 1 : kept->argv[0];

	kept->stop_signal = SIGTERM;
	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		if (strcmp(program, habits[i].program) != 0)
			continue;
		kept->stop_signal = habits[i].stop_signal;
		kept->holds_port = habits[i].holds_port;
	}
}

static const char *
value_of(const char *word, const char *option)
{
	return text_starts_with(word, option) ? word + strlen(option) : NULL;
}

/* Whether the word was an option; the first that is none is the program. */
static bool
take_option(struct kept *kept, const char *word)
{
	const char *value;

	if ((value = value_of(word, "user=")) != NULL)
		kept->user = value;
	else if ((value = value_of(word, "pidfile=")) != NULL)
		kept->pidfile = value;
	else if ((value = value_of(word, "log=")) != NULL)
		kept->log = value;
	else if ((value = value_of(word, "grace=")) != NULL)
		kept->grace = strtoll(value, NULL, 10) * SECOND;
	else
		return false;
	return true;
}

static bool
read_line(struct arena *arena, char *text, struct kept *kept)
{
	char *colon = strchr(text, ':'), **words;

	*kept = (struct kept){ .line = arena_text(arena, text), .watch = -1, .grace = GRACE * SECOND };
	if (colon == NULL || colon == text)
		return false;
	*colon = '\0';
	kept->name = text_trim(arena_text(arena, text));
	for (char *c = colon + 1; *c != '\0'; c++)
		if (*c == '\t')
			*c = ' ';
	words = text_split(arena, colon + 1, ' ');
	while (*words != NULL && take_option(kept, *words))
		words++;
	kept->argv = words;
	if (*words == NULL)
		return false;
	follow_habit(kept);
	return true;
}

bool
keeper_file_read(struct arena *arena, const char *path, struct kept *list, size_t *count_r)
{
	FILE *file = fopen(path, "re");
	char line[4096];

	*count_r = 0;
	if (file == NULL) {
		fprintf(stderr, "stoad --keep: %s: %s\n", path, strerror(errno));
		return false;
	}
	for (int number = 1; fgets(line, sizeof(line), file) != NULL; number++) {
		char *text = text_trim(line);

		if (text[0] == '\0' || text[0] == '#')
			continue;
		if (*count_r == KEPT_MAX || !read_line(arena, text, &list[*count_r])) {
			fprintf(stderr, "stoad --keep: %s:%d: expected \"name: program argument ...\", at most %d times\n", path,
			    number, KEPT_MAX);
			fclose(file);
			return false;
		}
		++*count_r;
	}
	fclose(file);
	return true;
}
