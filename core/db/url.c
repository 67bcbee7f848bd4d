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

static struct arena *urls; /* the process's: a handful, made once each */

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

const char *
db_url(const struct config *config, const char *role, bool replica)
{
	const char *url = replica ? config->global.database_read_url : config->global.database_url;

	if (role == NULL && *config->global.database_admin_url != '\0')
		return config->global.database_admin_url;
	if (*url == '\0' || role == NULL)
		return *url == '\0' ? NULL : url;
	if (urls == NULL)
		urls = arena_new();
	return with_role(urls, url, role);
}
