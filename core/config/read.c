/*
 * read.c -- from defaults, file and environment to a struct config.
 *
 * First every setting gets a row (struct config_origin) with its default; the file and then the environment put their
 * text over it; only then are texts parsed, so that a wrong line of the file that the environment replaces does no
 * harm.  All faults are told, not only the first.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/house.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/ini.h"
#include "core/config/option.h"
#include "core/config/reading.h"

#define FILE_MAX_SIZE (1024 * 1024)

void
complain(struct complaints *complaints, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(complaints->out, format, arguments);
	va_end(arguments);
	putc('\n', complaints->out);
	complaints->count++;
}

/* ---- the rows ---------------------------------------------------------------------------------- */

static void
add_origins(struct reading *r, const struct section *section, const char *section_name, unsigned char *value)
{
	struct config_origin *origin = r->origins + r->origin_count;

	r->origin_count += section->option_count;
	for (size_t i = 0; i < section->option_count; i++)
		origin[i] = (struct config_origin){
			.section = section,
			.section_name = section_name,
			.option = &section->options[i],
			.value = value + section->options[i].offset,
			.text = section->options[i].fallback,
		};
}

/* Names of a repeated section that is no pool's: those that the file opens, each once, in its order. */
static size_t
names_in_file(struct reading *r, const struct section *section, struct bytes text, const char **names)
{
	size_t prefix = strlen(section->name), count = 0;
	struct ini_line line;
	struct ini ini;

	ini_init(&ini, r->arena, (const char *)text.data, text.length);
	while ((line = ini_next(&ini)).kind != INI_END) {
		if (line.kind != INI_SECTION || strncmp(line.name, section->name, prefix) != 0 ||
		    line.name[prefix] != '.')
			continue;
		if (line.name[prefix + 1] != '\0' &&
		    !texts_contain((struct texts){ names, count }, line.name + prefix + 1))
			names[count++] = line.name + prefix + 1;
	}
	return count;
}

static size_t
count_brackets(struct bytes text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += text.data[i] == '[';
	return count;
}

static void
add_repeated(struct reading *r, const struct section *section, struct bytes text)
{
	size_t most = section->of_pools ? r->house->pool_count : count_brackets(text), count = most;
	const char **names = ARENA_ARRAY(r->arena, most + 1, const char *);
	unsigned char *base = (unsigned char *)r->config, *items, *item;

	for (size_t i = 0; section->of_pools && i < most; i++)
		names[i] = r->house->pools[i].name;
	if (!section->of_pools)
		count = names_in_file(r, section, text, names);
	items = arena_array(r->arena, count + 1, section->size);
	memcpy(base + section->offset, &items, sizeof(items));
	memcpy(base + section->count_offset, &count, sizeof(count));
	r->origins = arena_grow(r->arena, r->origins, (r->origin_count + 1) * sizeof(*r->origins),
	    (r->origin_count + count * section->option_count + 1) * sizeof(*r->origins));
	for (size_t i = 0; i < count; i++) {
		item = items + i * section->size;
		memcpy(item, &names[i], sizeof(names[i]));
		add_origins(r, section, arena_format(r->arena, "%s.%s", section->name, names[i]), item);
	}
}

static void
add_section(struct reading *r, const struct section *section, struct bytes text)
{
	if (section->repeated) {
		add_repeated(r, section, text);
		return;
	}
	r->origins = arena_grow(r->arena, r->origins, (r->origin_count + 1) * sizeof(*r->origins),
	    (r->origin_count + section->option_count + 1) * sizeof(*r->origins));
	add_origins(r, section, section->name, (unsigned char *)r->config + section->offset);
}

/* ---- the file ---------------------------------------------------------------------------------- */

static bool
read_file(struct arena *arena, const char *path, struct bytes *bytes_r)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	struct buffer text;
	ssize_t got = -1;

	if (file < 0)
		return false;
	buffer_init(&text, arena);
	while (text.length <= FILE_MAX_SIZE && (got = read(file, buffer_room(&text, 8192), 8192)) > 0)
		text.length += (size_t)got;
	if (got > 0) {
		errno = EFBIG;
		got = -1;
	}
	close(file);
	*bytes_r = (struct bytes){ (const uint8_t *)text.data, text.length };
	return got == 0;
}

static const char **
section_names(struct reading *r)
{
	const char **names = ARENA_ARRAY(r->arena, r->origin_count + 1, const char *);
	size_t count = 0;

	for (size_t i = 0; i < r->origin_count; i++)
		if (i == 0 || r->origins[i].section_name != r->origins[i - 1].section_name)
			names[count++] = r->origins[i].section_name;
	return names;
}

static const char **
keys_of(struct reading *r, const char *section_name)
{
	const char **keys = ARENA_ARRAY(r->arena, r->origin_count + 1, const char *);
	size_t count = 0;

	for (size_t i = 0; i < r->origin_count; i++)
		if (text_equal(r->origins[i].section_name, section_name))
			keys[count++] = r->origins[i].option->key;
	return keys;
}

const char *
reading_guess(struct reading *r, const char *name, const char *const *names)
{
	const char *nearest = nearest_name(name, names);

	return nearest == NULL ? "" : arena_format(r->arena, " Did you mean %s?", nearest);
}

static bool
is_section(struct reading *r, const char *name)
{
	for (size_t i = 0; i < r->origin_count; i++)
		if (text_equal(r->origins[i].section_name, name))
			return true;
	return false;
}

static void
complain_of_section(struct reading *r, const struct ini_line *line)
{
	complain(&r->complaints, "%s:%u: [%s] is no section.%s", r->path, line->line, line->name,
	    reading_guess(r, line->name, section_names(r)));
}

/* `key_file` of a secret names a file that holds it. */
static bool
is_secret_file(const struct option *option, const char *key)
{
	size_t length = strlen(option->key);

	return option->type == OPTION_SECRET && strncmp(option->key, key, length) == 0 &&
	       text_equal(key + length, "_file");
}

/* The file's text without its last line's end; NULL after a complaint. */
static const char *
read_secret(struct reading *r, const char *origin, const char *key, const char *path)
{
	struct bytes bytes;

	if (!read_file(r->arena, path, &bytes)) {
		complain(&r->complaints, "%s: %s = %s: cannot be read: %s.", origin, key, path, strerror(errno));
		return NULL;
	}
	if (memchr(bytes.data, '\0', bytes.length) != NULL || !text_is_utf8(bytes.data, bytes.length)) {
		complain(&r->complaints, "%s: %s = %s: holds no text.", origin, key, path);
		return NULL;
	}
	return text_trim(arena_copy(r->arena, bytes.data, bytes.length));
}

static void
set_from_file(struct reading *r, struct config_origin *origin, const struct ini_line *line)
{
	bool from_secret_file = !text_equal(origin->option->key, line->name);

	if (origin->line != 0) {
		complain(&r->complaints, "%s:%u: [%s] %s is set on line %u already.", r->path, line->line,
		    origin->section_name, line->name, origin->line);
		return;
	}
	origin->file = r->path;
	origin->line = line->line;
	origin->text = line->value;
	if (from_secret_file) {
		origin->secret_file = line->value;
		origin->text = NULL; /* read later: the environment may replace it */
	}
}

static void
apply_pair(struct reading *r, const char *section, const struct ini_line *line)
{
	for (size_t i = 0; i < r->origin_count; i++) {
		struct config_origin *origin = &r->origins[i];

		if (!text_equal(origin->section_name, section))
			continue;
		if (text_equal(origin->option->key, line->name) || is_secret_file(origin->option, line->name)) {
			set_from_file(r, origin, line);
			return;
		}
	}
	complain(&r->complaints, "%s:%u: [%s] %s is no setting.%s", r->path, line->line, section, line->name,
	    reading_guess(r, line->name, keys_of(r, section)));
}

static void
apply_file(struct reading *r, struct bytes text)
{
	const char *section = NULL;
	bool known = false;
	struct ini_line line;
	struct ini ini;

	ini_init(&ini, r->arena, (const char *)text.data, text.length);
	while ((line = ini_next(&ini)).kind != INI_END) {
		if (line.kind == INI_FAULT) {
			complain(&r->complaints, "%s:%u: this line %s.", r->path, line.line, line.reason);
		} else if (line.kind == INI_SECTION) {
			section = line.name;
			known = is_section(r, section);
			if (!known)
				complain_of_section(r, &line);
		} else if (section == NULL) {
			complain(
			    &r->complaints, "%s:%u: %s stands before any [section].", r->path, line.line, line.name);
		} else if (known) {
			apply_pair(r, section, &line);
		}
	}
}

/* ---- the values -------------------------------------------------------------------------------- */

const char *
origin_text(struct arena *arena, const struct config_origin *origin)
{
	if (origin->variable != NULL)
		return origin->variable;
	if (origin->file != NULL)
		return arena_format(arena, "%s:%u", origin->file, origin->line);
	return origin->derived ? "derived" : "default";
}

static void
parse_origin(struct reading *r, struct config_origin *origin)
{
	const struct option *option = origin->option;
	const char *where = origin_text(r->arena, origin);

	if (origin->secret_file != NULL) {
		origin->text =
		    read_secret(r, where, arena_format(r->arena, "%s_file", option->key), origin->secret_file);
		if (origin->text == NULL)
			origin->text = "";
	}
	if (option_parse(r->arena, option, origin->text, origin->value))
		return;
	if (origin->variable != NULL)
		complain(&r->complaints, "%s = %s: wants %s.", where, origin->text, option_wants(r->arena, option));
	else
		complain(&r->complaints, "%s: [%s] %s = %s: wants %s.", where, origin->section_name, option->key,
		    origin->text, option_wants(r->arena, option));
}

const struct config *
config_read(
    struct arena *arena, const struct house *house, const char *path, char *const *environment, FILE *complaints)
{
	struct config *config = ARENA_NEW(arena, struct config);
	struct reading r = {
		.arena = arena,
		.house = house,
		.config = config,
		.complaints = { .out = complaints },
		.origins = ARENA_NEW(arena, struct config_origin),
		.path = arena_text(arena, path),
	};
	struct bytes text;

	if (!read_file(arena, path, &text)) {
		complain(&r.complaints, "%s: cannot be read: %s.", path, strerror(errno));
		return NULL;
	}
	for (size_t i = 0; i < config_section_count; i++)
		add_section(&r, &config_sections[i], text);
	apply_file(&r, text);
	reading_apply_environment(&r, environment);
	for (size_t i = 0; i < r.origin_count; i++)
		parse_origin(&r, &r.origins[i]);
	config->path = r.path;
	config->origins = r.origins;
	/* What does not go together can only be told of values that are right by themselves. */
	if (r.complaints.count == 0)
		config_resolve(arena, config, house, &r.complaints);
	return r.complaints.count == 0 ? config : NULL;
}

struct config_origin *
config_origin(const struct config *config, const char *section_name, const char *key)
{
	struct config_origin *origin = (struct config_origin *)(uintptr_t)config->origins;

	for (; origin->option != NULL; origin++)
		if (text_equal(origin->section_name, section_name) && text_equal(origin->option->key, key))
			return origin;
	return NULL;
}

const struct config_pool *
config_pool(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->pool_count; i++)
		if (text_equal(config->pools[i].name, name))
			return &config->pools[i];
	return NULL;
}

bool
config_runs(const struct config *config, const char *pool)
{
	return config->global.pools.count == 0 || texts_contain(config->global.pools, pool);
}
