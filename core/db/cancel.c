/*
 * cancel.c -- asking the server to stop a statement.  libpq's PQcancel blocks, for ever when the server is
 * frozen, so a thread of its own does it; the worker waits for both with a limit, and drops the connection
 * when the cancel does not come back.
 */
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/db/link.h"

#define STACK_SIZE (128 * 1024)

/* Shared by two; the last one frees it. */
struct db_cancel {
	PGcancel *handle;
	int done; /* eventfd: readable once the server has answered */
	atomic_int owners;
};

static void
cancel_release(struct db_cancel *cancel)
{
	if (atomic_fetch_sub(&cancel->owners, 1) > 1)
		return;
	close(cancel->done);
	PQfreeCancel(cancel->handle);
	free(cancel);
}

static void *
cancel_run(void *context)
{
	struct db_cancel *cancel = context;
	char reason[256];

	PQcancel(cancel->handle, reason, sizeof(reason));
	eventfd_write(cancel->done, 1);
	cancel_release(cancel);
	return NULL;
}

struct db_cancel *
cancel_begin(PGconn *connection)
{
	struct db_cancel *cancel = calloc(1, sizeof(*cancel));
	pthread_attr_t attributes;
	pthread_t thread;

	if (cancel == NULL)
		abort();
	cancel->handle = PQgetCancel(connection);
	cancel->done = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	cancel->owners = 2;
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	if (cancel->handle == NULL || pthread_create(&thread, &attributes, cancel_run, cancel) != 0)
		cancel->owners = 1; /* never done: the connection will be dropped */
	pthread_attr_destroy(&attributes);
	return cancel;
}

bool
cancel_end(struct db_cancel *cancel, int milliseconds)
{
	struct pollfd wait = { .fd = cancel->done, .events = POLLIN };
	bool done = poll(&wait, 1, milliseconds) == 1;

	cancel_release(cancel);
	return done;
}
