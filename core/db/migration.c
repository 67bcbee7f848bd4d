/* migration.c -- what is in schema/. */
#include "core/db/migration.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"

#define NO_TRANSACTION "-- no-transaction"

const char *
migration_checksum(struct arena *arena, const char *text, size_t length)
{
	uint8_t hash[SHA256_SIZE];

	sha256(text, length, hash);
	return hex_encode(arena, hash, sizeof(hash));
}

const char *
migration_checksum_of(struct arena *arena, const struct migration *migration, size_t count)
{
	struct buffer text;

	buffer_init(&text, arena);
	for (size_t i = 0; i < count && i < migration->statement_count; i++) {
		buffer_text(&text, migration->statements[i]);
		buffer_char(&text, ';');
	}
	return migration_checksum(arena, text.data, text.length);
}

/* ---- taking apart */

static const char *
behind_line(const char *text)
{
	return text + strcspn(text, "\n");
}

static const char *
behind_comment(const char *text)
{
	unsigned depth = 0;

	do {
		if (text[0] == '/' && text[1] == '*')
			depth++, text += 2;
		else if (text[0] == '*' && text[1] == '/')
			depth--, text += 2;
		else
			text++;
	} while (depth > 0 && *text != '\0');
	return text;
}

/* A doubled quote ends one string and begins the next, which comes to the same. */
static const char *
behind_quote(const char *text, bool escapes)
{
	char quote = *text++;

	while (*text != '\0' && *text != quote)
		text += escapes && *text == '\\' && text[1] != '\0' ? 2 : 1;
	return *text == '\0' ? text : text + 1;
}

/* $tag$ ... $tag$; text + 1 where the dollar begins nothing. */
static const char *
behind_dollar(const char *text)
{
	size_t length = 1;
	const char *end = text;

	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	if (text[length] != '$' || isdigit((unsigned char)text[1]))
		return text + 1;
	length++;
	do
		end = strchr(end + 1, '$');
	while (end != NULL && (end < text + length || strncmp(end, text, length) != 0));
	return end != NULL ? end + length : text + strlen(text);
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Behind the one token at `text`. */
static const char *
behind_token(const char *text)
{
	if (text[0] == '-' && text[1] == '-')
		return behind_line(text);
	if (text[0] == '/' && text[1] == '*')
		return behind_comment(text);
	if ((*text == 'e' || *text == 'E') && text[1] == '\'')
		return behind_quote(text + 1, true);
	if (*text == '\'' || *text == '"')
		return behind_quote(text, false);
	if (*text == '$')
		return behind_dollar(text);
	if (is_word(*text)) {
		while (is_word(*text) || *text == '$')
			text++;
		return text;
	}
	return text + 1;
}

static bool
is_comment(const char *text)
{
	return (text[0] == '-' && text[1] == '-') || (text[0] == '/' && text[1] == '*');
}

/* Where the next statement begins: behind white space, comments and lone semicolons. */
static const char *
behind_nothing(const char *text)
{
	while (*text != '\0' && (isspace((unsigned char)*text) || *text == ';' || is_comment(text)))
		text = is_comment(text) ? behind_token(text) : text + 1;
	return text;
}

const char **
sql_split(struct arena *arena, const char *text, size_t *count_r)
{
	size_t room = 2;
	const char **statements;

	for (const char *c = text; *c != '\0'; c++)
		room += *c == ';';
	statements = ARENA_ARRAY(arena, room, const char *);
	*count_r = 0;
	for (text = behind_nothing(text); *text != '\0'; text = behind_nothing(text)) {
		const char *start = text;

		while (*text != '\0' && *text != ';')
			text = behind_token(text);
		statements[(*count_r)++] = arena_copy(arena, start, (size_t)(text - start));
	}
	return statements;
}

/* ---- reading */

static const char *
file_read(struct arena *arena, const char *path, size_t *length_r, FILE *complaints)
{
	FILE *in = fopen(path, "re");
	struct buffer text;
	size_t got;

	if (in == NULL) {
		fprintf(complaints, "stoad: %s: %s\n", path, strerror(errno));
		return NULL;
	}
	buffer_init(&text, arena);
	while ((got = fread(buffer_room(&text, 4096), 1, 4096, in)) > 0)
		text.length += got;
	fclose(in);
	*length_r = text.length;
	return arena_copy(arena, text.data, text.length);
}

static bool
migration_read(struct arena *arena, const char *folder, struct migration *migration, FILE *complaints)
{
	size_t length;

	migration->text = file_read(arena, arena_format(arena, "%s/%s", folder, migration->name), &length, complaints);
	if (migration->text == NULL)
		return false;
	if (strlen(migration->text) != length) {
		fprintf(complaints, "stoad: schema/%s: there is a NUL in it\n", migration->name);
		return false;
	}
	migration->checksum = migration_checksum(arena, migration->text, length);
	migration->no_transaction = strncmp(migration->text, NO_TRANSACTION, strlen(NO_TRANSACTION)) == 0;
	if (migration->no_transaction)
		migration->statements = sql_split(arena, migration->text, &migration->statement_count);
	return true;
}

static int
is_migration(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return entry->d_name[0] != '.' && length > 4 && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

/* NNNN_<area>_<what>.sql: four digits, so that the names sort as the numbers do. */
static bool
is_well_named(const char *name)
{
	size_t digits = strspn(name, "0123456789");
	size_t rest = strspn(name + digits, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return digits == 4 && name[4] == '_' && strcmp(name + digits + rest, ".sql") == 0;
}

bool
migrations_read(struct arena *arena, const char *folder, struct migrations *migrations_r, FILE *complaints)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_migration, NULL);
	bool well = true;

	if (count < 0) {
		fprintf(complaints, "stoad: %s: %s\n", folder, strerror(errno));
		return false;
	}
	migrations_r->count = (size_t)count;
	migrations_r->items = ARENA_ARRAY(arena, (size_t)count, struct migration);
	for (int i = 0; i < count; i++) {
		migrations_r->items[i].name = arena_text(arena, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	for (int i = 0; i < count; i++) /* strcmp's order, whatever the locale */
		for (int j = i; j > 0 && strcmp(migrations_r->items[j - 1].name, migrations_r->items[j].name) > 0;
		     j--) {
			struct migration swapped = migrations_r->items[j];

			migrations_r->items[j] = migrations_r->items[j - 1];
			migrations_r->items[j - 1] = swapped;
		}
	for (int i = 0; i < count && well; i++) {
		const char *name = migrations_r->items[i].name;

		if (!is_well_named(name) || (i > 0 && strncmp(name, migrations_r->items[i - 1].name, 4) == 0)) {
			fprintf(complaints,
			    "stoad: schema/%s: must be called NNNN_<area>_<what>.sql, with a number of its own\n",
			    name);
			return false;
		}
		well = migration_read(arena, folder, &migrations_r->items[i], complaints);
	}
	return well;
}

const struct migration *
migrations_find(const struct migrations *migrations, const char *name)
{
	for (size_t i = 0; i < migrations->count; i++)
		if (strcmp(migrations->items[i].name, name) == 0)
			return &migrations->items[i];
	return NULL;
}
