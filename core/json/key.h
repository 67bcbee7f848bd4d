/* key.h -- the keys of the objects that are open while JSON is checked, on one stack; the innermost object's on top. */
#ifndef STOA_JSON_KEY_H
#define STOA_JSON_KEY_H

#include <stddef.h>
#include <stdint.h>

struct arena;

struct key {
	const unsigned char *text;
	size_t length;
	size_t offset; /* of its opening quote, in the document */
};

struct keys {
	struct arena *arena;
	struct key *items;
	size_t count;
	size_t capacity;
};

void keys_push(struct keys *keys, struct key key);
/* Of those from `base` on, the later of two that are equal, or NULL.  Their order is lost. */
const struct key *keys_twin(struct keys *keys, size_t base);
/* The text of a key whose escapes are known to be right. */
void key_decode(struct arena *arena, struct key *key);

/* `at` is behind "\u"; how many bytes belong to the escape from there (4, or 10 with its second half), 0 with a reason
 * when it is wrong. */
size_t json_read_escape(const unsigned char *at, const unsigned char *end, uint32_t *code_r, const char **reason_r);

#endif
