/* me.c -- the caller, as a principal. */
#include "core/base/arena.h"
#include "core/trust/principal.h"
#include "handlers/auth/auth.h"
#include "handlers/auth/queries.h"

/* A service has no row here; then only what a principal is made of is told. */
const struct problem *
me_show(struct request *req, struct reply *out)
{
	const struct principal *principal = req->principal;
	struct user_me_row *row;
	const struct problem *p = sql_user_me(req, principal->party, &row);

	if (p != NULL)
		return p;
	return reply_ok(out, &(struct me){
	    .id = principal->party,
	    .kind = principal->kind,
	    .tier = principal->tier,
	    .session_id = principal->session,
	    .email = row != NULL ? row->email : NULL,
	    .name = row != NULL ? row->name : NULL,
	    .region = row != NULL ? row->region : NULL,
	    .verified = row != NULL ? &row->verified : NULL,
	    .created_at = row != NULL ? &row->created_at : NULL,
	    .parties = principal->parties,
	    .permissions = principal->permissions,
	});
}

const struct problem *
me_check(struct request *req, struct reply *out)
{
	reply_header(out, "X-Stoa-Subject", uuid_text(req->arena, req->principal->party));
	reply_header(out, "X-Stoa-Session", uuid_text(req->arena, req->principal->session));
	return reply_no_content(out);
}
