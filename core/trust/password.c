/* password.c -- argon2id by its reference library, with its parameters from the configuration. */
#include "core/trust/password.h"

#include <argon2.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "core/base/log.h"
#include "core/base/request.h"
#include "core/config/config.h"
#include "core/web/problem.h"

#define SALT_SIZE    16
#define HASH_SIZE    32
#define WAIT_LONGEST (2 * SECOND)
#define NICENESS     10

/* Not the hash of anything; what costs time is that it is computed. */
#define DECOY_REST "$c3RvYSBkZWNveSBzYWx0IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/*
 * Who hashes stands behind whoever answers in a millisecond: with all cores hashing, everything else would otherwise
 * wait for its turn on each of them.  For the life of the worker; its pool does nothing else.
 */
static void
stand_back(void)
{
	static bool done;

	if (!done)
		setpriority(PRIO_PROCESS, 0, NICENESS);
	done = true;
}

static const char *
parameters(const struct request *req)
{
	const struct config_auth *auth = &req->config->auth;

	return arena_format(req->arena, "$argon2id$v=%d$m=%" PRId64 ",t=%" PRId64 ",p=%" PRId64, ARGON2_VERSION_NUMBER,
	    auth->hash_memory, auth->hash_passes, auth->hash_lanes);
}

/* Out of memory, as a rule: others' requests go on. */
static const struct problem *
failed(struct request *req, int error)
{
	struct problem *said = problem(req, PROBLEM_UNAVAILABLE, NULL);

	log_line(ERROR, req, "password", "argon2 failed", { "error", .text = argon2_error_message(error) });
	said->retry_after = 1;
	return said;
}

const struct problem *
password_hash(struct request *req, const char *password, const char **hash_r)
{
	const struct config_auth *auth = &req->config->auth;
	const uint32_t passes = (uint32_t)auth->hash_passes, memory = (uint32_t)auth->hash_memory;
	const uint32_t lanes = (uint32_t)auth->hash_lanes;
	size_t size = argon2_encodedlen(passes, memory, lanes, SALT_SIZE, HASH_SIZE, Argon2_id);
	char *encoded = arena_alloc(req->arena, size);
	int64_t began = env_monotonic(req->env);
	uint8_t salt[SALT_SIZE];
	int error;

	stand_back();
	env_random(req->env, salt, sizeof(salt));
	error = argon2id_hash_encoded(
	    passes, memory, lanes, password, strlen(password), salt, sizeof(salt), HASH_SIZE, encoded, size);
	request_span(req, "hash", began);
	if (error != ARGON2_OK)
		return failed(req, error);
	*hash_r = encoded;
	return NULL;
}

const struct problem *
password_check(struct request *req, const char *password, const char *hash, bool *right_r)
{
	const char *decoy = arena_format(req->arena, "%s" DECOY_REST, parameters(req));
	int64_t began = env_monotonic(req->env);
	int error;

	stand_back();
	error = argon2id_verify(hash != NULL ? hash : decoy, password, strlen(password));

	request_span(req, "hash", began);
	*right_r = hash != NULL && error == ARGON2_OK;
	return error == ARGON2_OK || error == ARGON2_VERIFY_MISMATCH ? NULL : failed(req, error);
}

bool
password_is_old(const struct request *req, const char *hash)
{
	const char *now = parameters(req);
	size_t length = strlen(now);

	return strncmp(hash, now, length) != 0 || hash[length] != '$';
}

const struct problem *
password_room(struct request *req)
{
	struct problem *said;

	if (req->waited <= WAIT_LONGEST)
		return NULL;
	said = problem(req, PROBLEM_UNAVAILABLE, "Too many people sign in at this moment.");
	said->retry_after = 2;
	return said;
}
