/* permission.c -- which permissions there are, and whether somebody holds one. */
#include "core/base/arena.h"
#include "core/base/house.h"
#include "core/trust/principal.h"
#include "core/web/permission.h"
#include "handlers/areas.h"
#include "handlers/authorization/authorization.h"
#include "handlers/authorization/queries.h"

const struct problem *
permission_show(struct request *req, struct reply *out)
{
	struct permission *catalogue;
	const size_t count = permission_list(req->arena, &house, &catalogue);

	return reply_ok(out, &(struct permissions){ { catalogue, count } });
}

static struct texts
names_of(struct request *req, const struct judge_rows *roles)
{
	const char **names = ARENA_ARRAY(req->arena, roles->count, const char *);

	for (size_t i = 0; i < roles->count; i++)
		names[i] = roles->items[i].role;
	return (struct texts){ names, roles->count };
}

/* About oneself anybody may ask; about others who may read roles, and to everybody else there are no others. */
const struct problem *
authorize(struct request *req, struct reply *out)
{
	const struct question *given = req->given;
	const struct uuid party = given->party != NULL ? *given->party : req->principal->party;
	struct judge_rows roles;
	const struct problem *p;

	if (!uuid_equal(party, req->principal->party) && !principal_sees_all(req))
		return problem_field(req, "/party", "is no party that you may ask about");
	if (!permission_exists(&house, given->permission))
		return problem_field(req, "/permission", "is no permission; GET /v1/permissions lists them");
	if ((p = sql_judge(req, party, given->permission, given->within, &roles)) != NULL)
		return p;
	return reply_ok(
	    out, &(struct verdict){ party, given->permission, given->within, roles.count > 0, names_of(req, &roles) });
}
