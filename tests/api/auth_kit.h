/* auth_kit.h -- people with addresses and passwords, and the mails that they are sent. */
#ifndef STOA_TESTS_API_AUTH_KIT_H
#define STOA_TESTS_API_AUTH_KIT_H

#include "tests/api/kit/world.h"

#define PASSWORD "correct horse battery"

/* As api_test, and what was tried before and in it does not count: all tests come from one address. */
#define auth_test(function) cmocka_unit_test_setup_teardown(function, auth_begin, auth_end)
int auth_begin(void **state);
int auth_end(void **state);

/* A user with a proved address of its own (email_of) and PASSWORD; not signed in. */
#define given_account(w, name) kit_given_account(w, name, HERE)
void kit_given_account(struct world *w, const char *name, struct place place);
const char *email_of(struct world *w, const char *name);
/* An address that nobody has. */
const char *fresh_email(struct world *w, const char *name);
const char *capitals(struct world *w, const char *text);

/* What an authenticator shows, some seconds from now, as oathtool computes it. */
const char *code_of(struct world *w, const char *secret, int seconds);
/* The caller gets one and confirms it; its latest step is free again.  The secret; the answer has the paper codes. */
#define add_authenticator(w) kit_add_authenticator(w, HERE)
const char *kit_add_authenticator(struct world *w, struct place place);

/* PASSWORD under parameters that are none of ours any more. */
const char *cheap_hash(struct world *w);

#define sign_in(w, name, password) kit_sign_in(w, name, password, HERE)
void kit_sign_in(struct world *w, const char *name, const char *password, struct place place);

/* The newest mail to the address with that kind ("auth.verify-email"), waited for; fails the test when none comes. */
#define mail_to(w, address, kind) kit_mail_to(w, address, kind, HERE)
const char *kit_mail_to(struct world *w, const char *address, const char *kind, struct place place);
/* How many mails to the address there are now. */
unsigned mails_to(struct world *w, const char *address);
/* The secret of the link in such a mail. */
#define link_of(w, address, kind) kit_link_of(w, address, kind, HERE)
const char *kit_link_of(struct world *w, const char *address, const char *kind, struct place place);

/* What `stoad --users ...` prints on a platform, without the line's end; its exit status. */
const char *users(struct world *w, const char *rest, int *status_r);
/* The secret of a fresh link that makes the first super user; NULL: there is one. */
const char *setup_secret(struct world *w);

/*
 * The same POST `count` times, from `clients` connections at once; what was said to each.  `meanwhile` (or NULL) is
 * called every few milliseconds until all are answered.
 */
struct said {
	unsigned status; /* 0: nothing came */
	const char *body;
};
struct said *all_at_once(struct world *w, const char *path, const char *json, unsigned count, long clients,
    void (*meanwhile)(struct world *w));
unsigned count_status(const struct said *said, unsigned count, unsigned status);

/* A name that another test has not used, for what is not a person: a member of the latest answer, kept. */
const char *kept_field(struct world *w, const char *pointer);

/* A service of that name with a key, which calls from here on. */
#define given_service(w, name) kit_given_service(w, name, HERE)
void kit_given_service(struct world *w, const char *name, struct place place);
/* POST with a form for its body. */
#define call_form(w, path, form) call_with(w, POST, path, form, "Content-Type: application/x-www-form-urlencoded")

#endif
