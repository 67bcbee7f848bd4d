/*
 * fingerprint.c -- fields are hashed as they were understood, not as they were written, so white space, the
 * order of keys and "+00:00" for "Z" make no difference.
 */
#include "core/web/fingerprint.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/base/request.h"
#include "core/json/write.h"
#include "core/trust/key.h"
#include "core/web/problem.h"
#include "core/web/route_table.h"
#include "core/web/shape_part.h"

#define PURPOSE    "idempotency.fingerprint"
#define PIECE_SIZE 4

/* A walk over the request's pieces: adds each to `out`, or holds it against `kept`. */
struct walk {
	struct request *req;
	const uint8_t *key;
	struct buffer *out;
	struct bytes kept;
	struct problem *problem;
	size_t place;
	unsigned differences;
};

static void
add_piece(struct walk *walk, const char *pointer, const void *data, size_t length)
{
	const uint64_t hash = hash64(walk->key, data, length);
	const size_t at = PIECE_SIZE * walk->place++;

	if (walk->out != NULL)
		buffer_add(walk->out, &hash, PIECE_SIZE);
	else if (at + PIECE_SIZE > walk->kept.length || memcmp(walk->kept.data + at, &hash, PIECE_SIZE) != 0) {
		walk->differences++;
		if (walk->problem != NULL)
			problem_add(walk->req, walk->problem, pointer, "is not what came with this key before");
	}
}

static void
walk_fields(struct walk *walk, const struct shape *shape, const void *object, const char *prefix)
{
	struct json_writer writer;
	struct buffer text;
	const void *value;

	if (shape == NULL || object == NULL)
		return;
	buffer_init(&text, walk->req->arena);
	for (const struct field *field = shape->fields; field->kind != FIELD_END; field++) {
		buffer_clear(&text);
		json_writer_init(&writer, &text);
		if ((value = shape_value(field, object)) != NULL)
			shape_write_value(&writer, field, value);
		else if (field->came != 0 && *((const bool *)object + (field->came - 1)))
			json_null(&writer);
		add_piece(walk, arena_format(walk->req->arena, "%s%s", prefix, field->name), text.data, text.length);
	}
}

static void
walk_request(struct walk *walk)
{
	const struct route *route = walk->req->route;
	const char *at = route->path;
	struct route_slice name;

	for (size_t i = 0; route_next_name(&at, &name); i++) {
		const char *value = walk->req->path_values[i];

		add_piece(
		    walk, arena_format(walk->req->arena, "{%.*s}", (int)name.length, name.data), value, strlen(value));
	}
	walk_fields(walk, route->query, walk->req->asked, "?");
	walk_fields(walk, route->body, walk->req->given, "/");
}

struct bytes
fingerprint_of(struct request *req)
{
	struct walk walk = { .req = req };
	uint8_t key[KEY_SIZE];
	struct buffer out;

	buffer_init(&out, req->arena);
	key_for(PURPOSE, key);
	walk.key = key;
	walk.out = &out;
	walk_request(&walk);
	return (struct bytes){ (const uint8_t *)out.data, out.length };
}

/* The kept one may have been made under an older secret: the one that fits best is the one it was made under. */
bool
fingerprint_matches(struct request *req, struct bytes kept, struct problem *problem)
{
	uint8_t keys[SECRETS_MAX][KEY_SIZE];
	const size_t count = key_for_each(PURPOSE, keys);
	struct walk best = { .differences = ~0u };

	for (size_t i = 0; i < count; i++) {
		struct walk walk = { .req = req, .key = keys[i], .kept = kept };

		walk_request(&walk);
		if (walk.differences == 0 && PIECE_SIZE * walk.place == kept.length)
			return true;
		if (walk.differences < best.differences)
			best = walk;
	}
	best.problem = problem;
	best.place = 0;
	walk_request(&best);
	return false;
}
