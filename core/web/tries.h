/* tries.h -- doing the same again from its start: the arena rewound, the reply as it was, the rights loaded anew. */
#ifndef STOA_WEB_TRIES_H
#define STOA_WEB_TRIES_H

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/web/reply.h"

struct principal;
struct problem;

#define TRIES_MAX 5

struct tries {
	struct request *req;
	struct reply *out;
	struct arena_mark mark;
	struct reply reply;          /* as it was at the mark */
	struct principal *principal; /* the same */
	void *prepared;              /* the same */
	struct audit_note audit;     /* the same */
	unsigned made;
};

/* Everything allocated from here on is forgotten before each further try. */
void tries_begin(struct tries *tries, struct request *req, struct reply *out);
/* The first time nothing; later a short sleep, the rewinding, and the rights.  503 after the last. */
const struct problem *tries_next(struct tries *tries);
/* Whether this outcome is one to try again. */
bool tries_want(const struct problem *p);

#endif
