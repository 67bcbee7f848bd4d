/* cookie.c -- the Cookie header (RFC 6265 section 4.2). */
#include "core/web/cookie.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/request.h"

const char *
cookie_find(struct request *req, const char *name)
{
	const char *header = request_header(req, "cookie"), *found = "";
	const size_t size = strlen(name);
	size_t length;

	for (const char *at = header; at != NULL && *at != '\0'; at += strspn(at, "; ")) {
		length = strcspn(at, ";");
		if (strncmp(at, name, size) == 0 && at[size] == '=') {
			if (*found != '\0')
				return "";
			found = arena_copy(req->arena, at + size + 1, length - size - 1);
		}
		at += length;
	}
	return found;
}
