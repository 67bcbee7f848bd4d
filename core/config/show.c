/* show.c -- the settings in force, the manual's tables, and what a reload cannot change. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/option.h"

/* What may be shown: of a secret, only whether there is one. */
static const char *
shown(struct arena *arena, const struct config_origin *origin)
{
	const char *text = option_print(arena, origin->option, origin->value);

	return origin->option->type == OPTION_SECRET && *text != '\0' ? "***" : text;
}

/* As ini.h reads it back: quoted where a comment or the value's own ends could be mistaken. */
static const char *
quoted(struct arena *arena, const char *text)
{
	size_t length = strlen(text);
	char *quoted, *to;

	if (strpbrk(text, "#;\"") == NULL && (length == 0 || (text[0] != ' ' && text[length - 1] != ' ')))
		return text;
	to = quoted = arena_alloc(arena, 2 * length + 3);
	*to++ = '"';
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		*to++ = *text;
	}
	*to = '"';
	return quoted;
}

void
config_show(const struct config *config, FILE *out)
{
	struct arena *arena = arena_new();
	const char *section = NULL, *line;

	for (const struct config_origin *origin = config->origins; origin->option != NULL; origin++) {
		if (section != origin->section_name)
			fprintf(out, "%s[%s]\n", section != NULL ? "\n" : "", origin->section_name);
		section = origin->section_name;
		line = arena_format(arena, "%s = %s", origin->option->key, quoted(arena, shown(arena, origin)));
		fprintf(out, "%-56s # %s%s%s\n", line, origin_text(arena, origin),
		    origin->secret_file != NULL ? ", from " : "",
		    origin->secret_file != NULL ? origin->secret_file : "");
	}
	arena_free(arena);
}

static void
manual_option(struct arena *arena, const struct option *option, FILE *out)
{
	const char *fallback = option->fallback[0] != '\0' ? arena_format(arena, "`%s`", option->fallback) : "";

	fprintf(out, "| `%s` | %s | %s | %s | %s |\n", option->key, option_wants(arena, option), fallback,
	    option->restart ? "restart" : "reload", option->says);
}

static void
manual_pools(struct arena *arena, const struct house *house, FILE *out)
{
	fputs("\n| pool | area | `pm` | `pm.max_children` | what it does |\n|---|---|---|---|---|\n", out);
	for (size_t i = 0; i < house->pool_count; i++)
		fprintf(out, "| `%s` | %s | %s | %s | %s. |\n", house->pools[i].name, house->pools[i].area,
		    house->pools[i].pm,
		    house->pools[i].max_children > 0 ? arena_format(arena, "%d", house->pools[i].max_children) : "cores",
		    house->pools[i].says);
}

void
config_manual(const struct house *house, FILE *out)
{
	struct arena *arena = arena_new();

	fputs("# Settings\n\n"
	      "`stoa.conf` is an INI file; an environment variable goes over each setting: `STOA__SECTION__KEY` in "
	      "capitals,\n"
	      "with `_` for `.` and `-`, as `STOA__GLOBAL__HTTPS_PORT` or `STOA__POOL_OPS__PM_MAX_CHILDREN`. A secret "
	      "can be\n"
	      "kept in a file of its own: `database_url_file = PATH`, or `STOA__GLOBAL__DATABASE_URL_FILE`.\n",
	    out);
	for (size_t i = 0; i < config_section_count; i++) {
		const struct section *section = &config_sections[i];

		fprintf(out, "\n## [%s%s]\n\n%s\n\n", section->name, section->repeated ? ".NAME" : "", section->says);
		fputs("| setting | takes | default | changed by | what it does |\n|---|---|---|---|---|\n", out);
		for (size_t j = 0; j < section->option_count; j++)
			manual_option(arena, &section->options[j], out);
		if (section->of_pools)
			manual_pools(arena, house, out);
	}
	arena_free(arena);
}

size_t
config_needs_restart(const struct config *old, const struct config *new, FILE *out)
{
	struct arena *arena = arena_new();
	size_t count = 0;

	for (const struct config_origin *now = new->origins; now->option != NULL; now++) {
		const struct config_origin *before = config_origin(old, now->section_name, now->option->key);

		if (!now->option->restart || before == NULL ||
		    text_equal(option_print(arena, now->option, now->value),
			option_print(arena, before->option, before->value)))
			continue;
		fprintf(out, "[%s] %s = %s was %s; it takes a restart.\n", now->section_name, now->option->key,
		    shown(arena, now), shown(arena, before));
		count++;
	}
	arena_free(arena);
	return count;
}
