/*
 * url.c -- from the configured URL to an area's: the same server and settings, the area's own role and the
 * password that its role has under the master secret.
 */
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/db/database.h"
#include "core/db/db.h"
#include "core/trust/key.h"

/* Made once for each role and server, for the process's life; connecting again and again costs no memory. */
#define MADE_MAX 16
static struct arena *urls;
static struct made {
	const char *from, *role, *url;
} made[MADE_MAX];
static size_t made_count;

static void
add_setting(struct buffer *out, const char *keyword, const char *value)
{
	if (out->length > 0)
		buffer_char(out, ' ');
	buffer_format(out, "%s='", keyword);
	for (; *value != '\0'; value++) {
		if (*value == '\'' || *value == '\\')
			buffer_char(out, '\\');
		buffer_char(out, *value);
	}
	buffer_char(out, '\'');
}

const char *
db_password(struct arena *arena, const char *role)
{
	uint8_t key[KEY_SIZE];

	key_for(arena_format(arena, "database:%s", role), key);
	return base64url_encode(arena, key, sizeof(key));
}

/* Whatever the URL says is kept (hosts, sslmode, target_session_attrs), but for who connects. */
static const char *
with_role(struct arena *arena, const char *url, const char *role)
{
	char *complaint = NULL;
	PQconninfoOption *options = PQconninfoParse(url, &complaint);
	struct buffer out;

	if (options == NULL) {
		log_line(ERROR, NULL, "db", "the database's URL cannot be understood", { "reason", .text = complaint });
		PQfreemem(complaint);
		return NULL;
	}
	buffer_init(&out, arena);
	for (PQconninfoOption *option = options; option->keyword != NULL; option++)
		if (option->val != NULL && strcmp(option->keyword, "user") != 0 &&
		    strcmp(option->keyword, "password") != 0)
			add_setting(&out, option->keyword, option->val);
	PQconninfoFree(options);
	add_setting(&out, "user", role);
	add_setting(&out, "password", db_password(arena, role));
	return out.data;
}

static const char *
made_before(const char *from, const char *role)
{
	for (size_t i = 0; i < made_count; i++)
		if (strcmp(made[i].from, from) == 0 && strcmp(made[i].role, role) == 0)
			return made[i].url;
	return NULL;
}

const char *
db_url(const struct config *config, const char *role, bool replica)
{
	const char *from = replica ? config->global.database_read_url : config->global.database_url;
	const char *url;

	if (role == NULL)
		from = *config->global.database_admin_url != '\0' ? config->global.database_admin_url : from;
	if (*from == '\0' || role == NULL)
		return *from == '\0' ? NULL : from;
	if ((url = made_before(from, role)) != NULL)
		return url;
	if (urls == NULL)
		urls = arena_new();
	url = with_role(urls, from, role);
	if (url != NULL && made_count < MADE_MAX)
		made[made_count++] = (struct made){ arena_text(urls, from), arena_text(urls, role), url };
	return url;
}
