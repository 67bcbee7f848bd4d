/* me.c -- the caller, as a principal. */
#include "core/base/arena.h"
#include "core/base/buffer.h"
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
	    .email = row->email,
	    .name = row->name,
	    .region = row->region,
	    .verified = row->email != NULL ? row->verified : NULL,
	    .created_at = row->created_at,
	    .parties = principal->parties,
	    .roles = row->roles,
	    .permissions = principal->permissions,
	});
}

static const char *
list_text(struct request *req, struct texts list)
{
	struct buffer out;

	buffer_init(&out, req->arena);
	buffer_add(&out, "", 0);
	for (size_t i = 0; i < list.count; i++)
		buffer_format(&out, "%s%s", i > 0 ? "," : "", list.items[i]);
	return out.data;
}

const struct problem *
me_check(struct request *req, struct reply *out)
{
	struct roles_of_row *row;
	const struct problem *p = sql_roles_of(req, req->principal->party, &row);

	if (p != NULL)
		return p;
	reply_header(out, "X-Stoa-Subject", uuid_text(req->arena, req->principal->party));
	reply_header(out, "X-Stoa-Session", uuid_text(req->arena, req->principal->session));
	reply_header(out, "X-Stoa-Roles", list_text(req, row->roles));
	return reply_no_content(out);
}
