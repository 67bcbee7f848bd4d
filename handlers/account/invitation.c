/*
 * invitation.c -- the mail by which a new agent chooses a password.  Its secret is 32 random bytes, of which the
 * database has the hash; behind '#' it stays in the browser, so that no server's log has it.
 */
#include "core/base/arena.h"
#include "core/base/encode.h"
#include "core/base/env.h"
#include "core/config/config.h"
#include "core/work/notify.h"
#include "handlers/account/account.h"

#define SECRET_SIZE 32
#define LIFETIME    (7 * 86400 * SECOND)

struct invitation
invitation_make(struct request *req)
{
	uint8_t secret[SECRET_SIZE], *hash = arena_alloc(req->arena, SHA256_SIZE);

	env_random(req->env, secret, sizeof(secret));
	sha256(secret, sizeof(secret), hash);
	return (struct invitation){
		.secret = base64url_encode(req->arena, secret, sizeof(secret)),
		.hash = { hash, SHA256_SIZE },
		.expires = { env_now(req->env).micros + LIFETIME },
	};
}

void
invitation_send(
    struct request *req, const struct invitation *invitation, struct uuid user, const char *email, const char *account)
{
	notify(req, &(struct notification){
			.kind = "account.invitation",
			.to = user,
			.address = email,
			.subject = "You have been invited",
			.text = arena_format(req->arena,
			    "Hello,\n\nyou have been added to the account of %s. Within seven days, this link lets you "
			    "choose a "
			    "password:\n\n%s#invite=%s\n\nIf you did not expect this, do nothing.\n",
			    account, req->config->auth.link_page, invitation->secret),
		    });
}
