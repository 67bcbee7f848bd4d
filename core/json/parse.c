/*
 * parse.c -- json-c, behind the check.  Its tokener is made once per process; what it makes belongs to the arena.
 */
#include <limits.h>
#include <stdlib.h>

#include <json-c/json_object.h>
#include <json-c/json_tokener.h>

#include "core/base/arena.h"
#include "core/json/check.h"

static void
release(void *object)
{
	json_object_put(object);
}

static struct json_tokener *
tokener(void)
{
	static struct json_tokener *tokener;

	/* json-c counts a level for the value itself. */
	if (tokener == NULL && (tokener = json_tokener_new_ex(JSON_DEPTH_MAX + 2)) == NULL)
		abort();
	json_tokener_reset(tokener);
	return tokener;
}

struct json_object *
json_parse(struct arena *arena, const char *text, size_t length, struct json_fault *fault_r)
{
	struct json_tokener *reader;
	struct json_object *object;

	if (length > INT_MAX) {
		*fault_r = (struct json_fault){ .reason = "too long" };
		return NULL;
	}
	if (!json_check(arena, text, length, fault_r))
		return NULL;
	reader = tokener();
	object = json_tokener_parse_ex(reader, text, (int)length);
	/* A bare number could go on; the NUL says that it does not. */
	if (json_tokener_get_error(reader) == json_tokener_continue)
		object = json_tokener_parse_ex(reader, "", 1);
	if (json_tokener_get_error(reader) != json_tokener_success) {
		*fault_r = (struct json_fault){ .reason = "not understood" };
		return NULL;
	}
	if (object != NULL)
		arena_defer(arena, release, object);
	return object;
}
