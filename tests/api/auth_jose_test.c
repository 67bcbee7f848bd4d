/* auth_jose_test.c -- npm's jose, which knows nothing of us, verifies our tokens against our key set. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/config/config.h"
#include "tests/api/auth_kit.h"

static const char *
verify(struct world *w, const char *token)
{
	char *said = arena_alloc(w->arena, 1000);
	const char *command = arena_format(w->arena,
	    "cd tests/api/node_modules.tmp && printf %%s '%s' | NODE_EXTRA_CA_CERTS='%s' node verify.js '%s'", token,
	    w->certificate, w->config->global.public_url);
	FILE *pipe = popen(command, "re");

	assert_non_null(pipe);
	if (fgets(said, 1000, pipe) == NULL)
		said[0] = '\0';
	assert_int_equal(pclose(pipe), 0);
	return said;
}

static void
jose_believes_our_tokens_and_no_others(void **state)
{
	struct world *w = *state;
	const char *said;

	given_account(w, "ada");
	sign_in(w, "ada", PASSWORD);
	then_status(w, 200);
	said = verify(w, answer_field(&w->answer, "/access_token"));
	assert_non_null(strstr(said, id_of(w, "ada")));
	assert_non_null(strstr(said, answer_field(&w->answer, "/session_id")));
	assert_non_null(strstr(said, "\"ES256\""));
}

static const struct CMUnitTest auth_jose_tests[] = {
	auth_test(jose_believes_our_tokens_and_no_others),
};

int
main(void)
{
	if (access("tests/api/node_modules.tmp/node_modules/jose", F_OK) != 0) {
		fprintf(stderr, "skipped: npm's jose is not here (scripts/stoa test fetches it)\n");
		return 77;
	}
	return run_world(auth_jose_tests);
}
