/*
 * environment.c -- environment variables over the file.  STOA__SECTION__KEY names a setting, with `_FILE` behind it the
 * file of a secret; a variable of that form which names none is an error, since it was meant to.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/config/option.h"
#include "core/config/reading.h"

#define VARIABLE_PREFIX "STOA__"

const char *
variable_name(struct arena *arena, const char *section_name, const char *key)
{
	char *name = arena_format(arena, VARIABLE_PREFIX "%s__%s", section_name, key);

	for (char *c = name; *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		else if (*c == '.' || *c == '-')
			*c = '_';
	}
	return name;
}

static void
complain_of_variable(struct reading *r, const char *variable)
{
	const char **names = ARENA_ARRAY(r->arena, r->origin_count + 1, const char *);

	for (size_t i = 0; i < r->origin_count; i++)
		names[i] = variable_name(r->arena, r->origins[i].section_name, r->origins[i].option->key);
	complain(&r->complaints, "%s: this environment variable is no setting's.%s", variable,
	    reading_guess(r, variable, names));
}

static void
set_from_variable(
    struct reading *r, struct config_origin *origin, const char *variable, const char *text, bool names_file)
{
	if (origin->variable != NULL) {
		complain(&r->complaints, "%s: %s is set as well; one of the two must go.", variable, origin->variable);
		return;
	}
	origin->variable = variable;
	origin->secret_file = names_file ? text : NULL;
	origin->text = names_file ? NULL : text;
}

static void
apply_variable(struct reading *r, const char *variable, const char *text)
{
	for (size_t i = 0; i < r->origin_count; i++) {
		struct config_origin *origin = &r->origins[i];
		const char *name = variable_name(r->arena, origin->section_name, origin->option->key);
		size_t length = strlen(name);

		if (strncmp(variable, name, length) != 0)
			continue;
		if (variable[length] == '\0' ||
		    (origin->option->type == OPTION_SECRET && text_equal(variable + length, "_FILE"))) {
			set_from_variable(r, origin, variable, text, variable[length] != '\0');
			return;
		}
	}
	complain_of_variable(r, variable);
}

void
reading_apply_environment(struct reading *r, char *const *environment)
{
	const char *equals;

	for (; environment != NULL && *environment != NULL; environment++) {
		if (!text_starts_with(*environment, VARIABLE_PREFIX) || (equals = strchr(*environment, '=')) == NULL)
			continue;
		/* Copied: the process may change its environment later. */
		if (!text_is_utf8(*environment, strlen(*environment)))
			complain(
			    &r->complaints, "%.*s: is not UTF-8 text.", (int)(equals - *environment), *environment);
		else
			apply_variable(r, arena_copy(r->arena, *environment, (size_t)(equals - *environment)),
			    arena_text(r->arena, equals + 1));
	}
}
