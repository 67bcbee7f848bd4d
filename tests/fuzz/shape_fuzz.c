/* shape_fuzz.c -- any bytes as a body and as a query of a shape with every kind of field: what is taken keeps to its
 * table, and what was encoded from it is taken again and encodes the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buffer.h"
#include "core/base/env.h"
#include "core/base/request.h"
#include "core/base/text.h"
#include "core/web/problem.h"
#include "core/web/shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct leaf {
	const char *name;
};
struct tree {
	const char *text, *money, *choice, *json, *address;
	const int64_t *number;
	int32_t small;
	const bool *flag;
	const struct uuid *id;
	const struct instant *when;
	const struct list *leaves;
	const struct texts *words;
	const struct uuids *ids;
	const struct leaf *leaf;
};

static const char *const choices[] = { "a", "b", NULL };
static const struct field leaf[] = { TEXT(struct leaf, name, .required = true, .min = 1, .max = 4), SHAPE_END };
static const struct field tree[] = {
	TEXT(struct tree, text, .max = 8),
	MONEY(struct tree, money),
	CHOICE(struct tree, choice, .choices = choices),
	JSON(struct tree, json),
	TEXT(struct tree, address, .format = "email", .max = 254),
	INT(struct tree, number, .min = -5, .max = 5),
	INT(struct tree, small),
	BOOL(struct tree, flag),
	UUID(struct tree, id),
	INSTANT(struct tree, when),
	LIST(struct tree, leaves, struct leaf, leaf),
	TEXTS(struct tree, words),
	UUIDS(struct tree, ids),
	OBJECT(struct tree, leaf, leaf),
	SHAPE_END,
};
static const struct shape tree_shape = { "tree", tree, sizeof(struct tree) };

static void
judge(const struct tree *got)
{
	if (got->number != NULL && (*got->number < -5 || *got->number > 5))
		abort();
	if (got->text != NULL && text_length(got->text) > 8)
		abort();
	if (got->choice != NULL && got->choice != choices[0] && got->choice != choices[1])
		abort();
	if (got->leaf != NULL && (text_length(got->leaf->name) < 1 || text_length(got->leaf->name) > 4))
		abort();
}

static void
judge_round(struct request *req, const struct tree *got)
{
	struct buffer once, twice;
	void *again;

	buffer_init(&once, req->arena);
	buffer_init(&twice, req->arena);
	shape_encode(&tree_shape, got, &once);
	if (shape_decode(req, &tree_shape, (struct bytes){ (const uint8_t *)once.data, once.length }, &again) != NULL)
		abort();
	shape_encode(&tree_shape, again, &twice);
	if (strcmp(once.data, twice.data) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct request req = { .arena = arena, .env = &env_system };
	void *got;

	if (shape_decode(&req, &tree_shape, (struct bytes){ data, size }, &got) == NULL) {
		judge(got);
		judge_round(&req, got);
	}
	if (shape_decode_query(&req, &tree_shape, arena_copy(arena, data, size), &got) == NULL)
		judge(got);
	arena_free(arena);
	return 0;
}
