/* letter.c -- what mails say.  Behind '#' a link's secret stays in the browser: no server's log has it. */
#include <string.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "core/work/notify.h"
#include "handlers/auth/link.h"

static const struct {
	const char *kind;
	const char *link; /* what stands in front of the secret; NULL: there is none */
	const char *subject;
	const char *before, *after;
} letters[LETTER__COUNT] = {
	[LETTER_VERIFY] = { "auth.verify-email", "verify", "Prove your address",
	    "Hello,\n\nsomebody, probably you, wants to sign in with this address. Within 24 hours, this link proves that "
	    "it is yours:\n\n",
	    "\n\nIf it was not you, do nothing.\n" },
	[LETTER_KNOWN] = { "auth.already-known", NULL, "You have an account already",
	    "Hello,\n\nsomebody, probably you, wanted to sign up with this address. There is an account already: sign in "
	    "with your password, or ask for a new one if you have forgotten it.",
	    "\n\nIf it was not you, do nothing.\n" },
	[LETTER_RESET] = { "auth.reset-password", "reset", "Choose a new password",
	    "Hello,\n\nsomebody, probably you, has forgotten the password for this address. Within an hour, this link lets "
	    "you choose a new one:\n\n",
	    "\n\nIf it was not you, do nothing: nothing has changed.\n" },
	[LETTER_CHANGED] = { "auth.password-changed", NULL, "Your password was changed",
	    "Hello,\n\nthe password for this address was changed just now.",
	    "\n\nIf it was not you, ask for a new password at once: that ends every session.\n" },
	[LETTER_MOVED] = { "auth.email-changed", NULL, "Your address was changed",
	    "Hello,\n\nthis address no longer signs in: an operator put another in its place.",
	    "\n\nIf you did not ask for that, tell whoever runs this service.\n" },
};

void
letter_send(struct request *req, enum letter which, struct uuid party, const char *address, const char *secret)
{
	const char *link = "";

	if (letters[which].link != NULL)
		link = arena_format(req->arena, "%s#%s=%s", req->config->auth.link_page, letters[which].link, secret);
	notify(req, &(struct notification){
	    .kind = letters[which].kind,
	    .to = party,
	    .address = address,
	    .subject = letters[which].subject,
	    .text = arena_format(req->arena, "%s%s%s", letters[which].before, link, letters[which].after),
	});
}
