/* work.h -- what the files of this room share and nobody else needs. */
#ifndef STOA_WORK_WORK_H
#define STOA_WORK_WORK_H

#include "core/base/request.h"

struct arena;
struct shape;
struct worker;

/* NULL without a shape. */
const char *work_json(struct request *req, const struct shape *shape, const void *object);
/* NULL: none came. */
const char *work_trace(const struct request *req);

/* A name for this process that no other has had, on any host since any boot. */
const char *work_holder(struct arena *arena, const struct env *env);
/* A request that nobody sent: for what a job worker or a leader does by itself. */
void work_request(struct request *req, const struct worker *worker, struct arena *arena, struct db *db,
    const struct env *env, int64_t timeout);

#endif
