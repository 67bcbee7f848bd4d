/* auth_kit.h -- people with addresses and passwords, and the mails that they are sent. */
#ifndef STOA_TESTS_API_AUTH_KIT_H
#define STOA_TESTS_API_AUTH_KIT_H

#include "tests/api/kit/world.h"

#define PASSWORD "correct horse battery"

/* As api_test, and what was tried before does not count: all tests come from one address. */
#define auth_test(function) cmocka_unit_test_setup_teardown(function, auth_begin, kit_end)
int auth_begin(void **state);

/* A user with a proved address of its own (email_of) and PASSWORD; not signed in. */
#define given_account(w, name) kit_given_account(w, name, HERE)
void kit_given_account(struct world *w, const char *name, struct place place);
const char *email_of(struct world *w, const char *name);
/* An address that nobody has. */
const char *fresh_email(struct world *w, const char *name);
const char *capitals(struct world *w, const char *text);

#define sign_in(w, name, password) kit_sign_in(w, name, password, HERE)
void kit_sign_in(struct world *w, const char *name, const char *password, struct place place);

#endif
