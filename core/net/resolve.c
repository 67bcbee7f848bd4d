/*
 * resolve.c -- glibc's resolver, in the thread that getaddrinfo_a keeps for it, because getaddrinfo itself may take a
 * minute and knows no deadline.  What is still under way when time is up belongs to that thread: it is remembered,
 * and freed when it has ended.
 */
#include "core/net/resolve.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct question {
	struct gaicb asked;
	struct addrinfo hints;
	char host[256];
	char port[8];
	struct question *next;
};

static struct question *abandoned;

static void
question_free(struct question *question)
{
	if (question->asked.ar_result != NULL)
		freeaddrinfo(question->asked.ar_result);
	free(question);
}

static void
sweep(void)
{
	for (struct question **at = &abandoned; *at != NULL;) {
		struct question *question = *at;

		if (gai_error(&question->asked) == EAI_INPROGRESS) {
			at = &question->next;
			continue;
		}
		*at = question->next;
		question_free(question);
	}
}

static struct question *
question_new(const char *host, unsigned port)
{
	struct question *question = calloc(1, sizeof(*question));

	if (question == NULL)
		abort();
	snprintf(question->host, sizeof(question->host), "%s", host);
	snprintf(question->port, sizeof(question->port), "%u", port);
	question->hints =
	    (struct addrinfo){ .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	question->asked =
	    (struct gaicb){ .ar_name = question->host, .ar_service = question->port, .ar_request = &question->hints };
	return question;
}

/* More addresses than fit are as good as a forbidden one: nothing may be let through unseen. */
static enum resolve_outcome
answers(const struct question *question, struct addresses *addresses_r)
{
	addresses_r->count = 0;
	for (const struct addrinfo *at = question->asked.ar_result; at != NULL; at = at->ai_next) {
		if (at->ai_addrlen > sizeof(union address) || addresses_r->count == ADDRESSES_MAX)
			return RESOLVE_NO_NAME;
		memcpy(&addresses_r->items[addresses_r->count++], at->ai_addr, at->ai_addrlen);
	}
	return addresses_r->count > 0 ? RESOLVED : RESOLVE_NO_NAME;
}

enum resolve_outcome
resolve(const char *host, unsigned port, int milliseconds, struct addresses *addresses_r)
{
	const struct timespec patience = { .tv_sec = milliseconds / 1000, .tv_nsec = (milliseconds % 1000) * 1000000L };
	struct question *question;
	struct gaicb *list[1];
	enum resolve_outcome outcome;

	sweep();
	if (strlen(host) >= sizeof(question->host))
		return RESOLVE_NO_NAME;
	question = question_new(host, port);
	list[0] = &question->asked;
	if (getaddrinfo_a(GAI_NOWAIT, list, 1, NULL) != 0) {
		free(question);
		return RESOLVE_NO_NAME;
	}
	gai_suspend((const struct gaicb *const *)list, 1, &patience);
	if (gai_error(&question->asked) == EAI_INPROGRESS && gai_cancel(&question->asked) == EAI_NOTCANCELED) {
		question->next = abandoned;
		abandoned = question;
		return RESOLVE_TIMEOUT;
	}
	if (gai_error(&question->asked) == EAI_CANCELED)
		outcome = RESOLVE_TIMEOUT;
	else
		outcome = gai_error(&question->asked) == 0 ? answers(question, addresses_r) : RESOLVE_NO_NAME;
	question_free(question);
	return outcome;
}
