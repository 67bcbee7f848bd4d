/*
 * password.h -- passwords as argon2id (RFC 9106), kept as PHC strings that say with which parameters they were made.
 * Hashing costs tens of milliseconds and some 19 MiB: it belongs in a route's `prepare`, in a pool of its own.
 */
#ifndef STOA_TRUST_PASSWORD_H
#define STOA_TRUST_PASSWORD_H

#include <stdbool.h>

struct problem;
struct request;

/* With the parameters of [auth]. */
const struct problem *password_hash(struct request *req, const char *password, const char **hash_r);
/* `hash` NULL: there is no such user, or it has no password.  The same work is done, and the answer is no. */
const struct problem *password_check(struct request *req, const char *password, const char *hash, bool *right_r);
/* Whether it was made with other parameters than those of [auth]. */
bool password_is_old(const struct request *req, const char *hash);

/*
 * First in `prepare` of what hashes: 503 when the request has waited for a worker for so long that whoever sent it will
 * not wait for the hash as well.
 */
const struct problem *password_room(struct request *req);

#endif
