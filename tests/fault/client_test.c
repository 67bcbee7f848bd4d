/*
 * client_test.c -- people sign up, become clients, change their plans and are removed, all at once, while workers are
 * killed: there is never a client without a subscription nor a subscription without a client, at any moment at which
 * somebody looks.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/env.h"
#include "tests/api/kit/platform.h"
#include "tests/fault/fault.h"

#define PEOPLE     24
#define SNAPSHOTS  100
#define DEEDS_FULL 20000
#define PATIENCE   8   /* seconds of the quick form */
#define NEVER      600 /* of the full one: 20,000 deeds take far less */

/* One statement, so one snapshot: both halves as they are at one moment. */
#define HALVES \
	"SELECT (SELECT count(*) FROM client.client c WHERE NOT EXISTS" \
	" (SELECT FROM subscription.subscription s WHERE s.client = c.id))" \
	" + (SELECT count(*) FROM subscription.subscription s WHERE NOT EXISTS" \
	" (SELECT FROM client.client c WHERE c.id = s.client))" \
	" + (SELECT count(*) FROM subscription.subscription s WHERE NOT EXISTS" \
	" (SELECT FROM subscription.term t WHERE t.subscription = s.id AND t.ends_at = s.ends_at))"

enum deed { JOIN, CHANGE, REMOVE, SIGN_UP, DEED__COUNT };

struct fate {
	unsigned done[DEED__COUNT], refused, unavailable, wrong;
	char complaint[300];
};

/* Somebody who does one thing after the other, whatever the answers are. */
struct person {
	struct world *w;
	CURL *curl;
	const char *id;
	struct curl_slist *desk_lines, *own_lines, *no_lines;
	enum deed deed;
	char head[200];
};

struct crowd {
	CURLM *all;
	struct person people[PEOPLE];
	struct fate fate;
	unsigned sign_ups;
};

static size_t
take(char *data, size_t size, size_t count, void *context)
{
	struct person *person = context;
	const size_t room = sizeof(person->head) - 1 - strnlen(person->head, sizeof(person->head) - 1);

	strncat(person->head, data, size * count < room ? size * count : room);
	return size * count;
}

static void
send_it(struct person *person, const char *method, const char *path, const char *body, struct curl_slist *lines)
{
	person->head[0] = '\0';
	curl_easy_setopt(person->curl, CURLOPT_URL, arena_format(person->w->arena, "%s%s", person->w->base, path));
	curl_easy_setopt(person->curl, CURLOPT_CUSTOMREQUEST, method);
	if (body != NULL)
		curl_easy_setopt(person->curl, CURLOPT_COPYPOSTFIELDS, body);
	else
		curl_easy_setopt(person->curl, CURLOPT_HTTPGET, 1L);
	curl_easy_setopt(person->curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(person->curl, CURLOPT_HTTPHEADER, lines);
}

static void
do_next(struct crowd *crowd, struct person *person)
{
	static const char *const plans[] = { "basic", "standard", "premium" };
	static const int months[] = { 1, 3, 6 };
	struct arena *arena = person->w->arena;
	const uint32_t chance = env_random_below(&env_system, 100);
	/* Anybody's: two may well make the same one a client, or remove whom a third is just changing. */
	const struct person *other = &crowd->people[env_random_below(&env_system, PEOPLE)];
	const char *whom = other->id != NULL ? other->id : person->id;

	person->deed = chance < 35 ? JOIN : chance < 65 ? CHANGE : chance < 90 ? REMOVE : SIGN_UP;
	if (person->deed == JOIN)
		send_it(person, "POST", "/v1/clients",
		    arena_format(arena, "{\"user\":\"%s\",\"region\":\"DE\",\"device_type\":\"tv\"}", whom),
		    person->desk_lines);
	else if (person->deed == CHANGE)
		send_it(person, "POST", "/v1/subscriptions",
		    arena_format(arena, "{\"plan\":\"%s\",\"months\":%d,\"from\":\"now\"}", plans[chance % 3],
			months[chance / 3 % 3]),
		    person->own_lines);
	else if (person->deed == REMOVE)
		send_it(person, "DELETE", arena_format(arena, "/v1/clients/%s", whom), NULL, person->desk_lines);
	else
		send_it(person, "POST", "/v1/auth/signup",
		    arena_format(arena,
			"{\"email\":\"%s.%u@example.com\",\"password\":\"correct horse battery\",\"region\":\"JP\"}",
			person->id, crowd->sign_ups++),
		    person->no_lines);
	curl_multi_add_handle(crowd->all, person->curl);
}

static void
judge(struct crowd *crowd, struct person *person, CURLcode code)
{
	struct fate *fate = &crowd->fate;
	long status = 0;

	curl_easy_getinfo(person->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == CURLE_OK && status >= 200 && status < 300) {
		fate->done[person->deed]++;
	} else if (code == CURLE_OK && (status == 404 || status == 409)) {
		fate->refused++;
	} else if (code == CURLE_OK && (status == 503 || status == 504)) {
		fate->unavailable++;
	} else if (fate->wrong++ == 0) {
		snprintf(fate->complaint, sizeof(fate->complaint), "deed %d: %ld %s %.150s", (int)person->deed, status,
		    curl_easy_strerror(code), person->head);
	}
}

static unsigned
deeds(const struct fate *fate)
{
	unsigned sum = fate->refused + fate->unavailable + fate->wrong;

	for (int i = 0; i < DEED__COUNT; i++)
		sum += fate->done[i];
	return sum;
}

static struct curl_slist *
lines_of(struct world *w, const char *name)
{
	struct curl_slist *lines = curl_slist_append(NULL, "Content-Type: application/json");

	lines = curl_slist_append(lines, "Expect:");
	if (name == NULL)
		return lines;
	return curl_slist_append(lines, arena_format(w->arena, "Authorization: Bearer %s", kit_named(w, name)->token));
}

static void
open_person(struct world *w, struct crowd *crowd, struct person *person, const char *name)
{
	given_user(w, name);
	person->w = w;
	person->id = id_of(w, name);
	person->desk_lines = lines_of(w, "desk");
	person->own_lines = lines_of(w, name);
	person->no_lines = lines_of(w, NULL);
	person->curl = curl_easy_init();
	curl_easy_setopt(person->curl, CURLOPT_CAINFO, w->certificate);
	curl_easy_setopt(person->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(person->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(person->curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(person->curl, CURLOPT_WRITEDATA, person);
	curl_easy_setopt(person->curl, CURLOPT_PRIVATE, person);
	curl_easy_setopt(person->curl, CURLOPT_TIMEOUT_MS, 20000L);
	do_next(crowd, person);
}

static void
close_person(struct crowd *crowd, struct person *person)
{
	curl_multi_remove_handle(crowd->all, person->curl);
	curl_easy_cleanup(person->curl);
	curl_slist_free_all(person->desk_lines);
	curl_slist_free_all(person->own_lines);
	curl_slist_free_all(person->no_lines);
}

static void
run(struct crowd *crowd, double seconds)
{
	const int64_t until = env_monotonic(&env_system) + (int64_t)(seconds * 1e6);
	CURLMsg *message;
	int left;

	do {
		curl_multi_perform(crowd->all, &left);
		while ((message = curl_multi_info_read(crowd->all, &left)) != NULL) {
			struct person *person;
			const CURLcode code = message->data.result;

			curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &person);
			curl_multi_remove_handle(crowd->all, person->curl);
			judge(crowd, person, code);
			do_next(crowd, person);
		}
		curl_multi_poll(crowd->all, NULL, 0, 5, NULL);
	} while (env_monotonic(&env_system) < until);
}

static void
there_is_never_half_a_pair(void **state)
{
	const double full = figure(0, DEEDS_FULL), patience = figure(PATIENCE, NEVER);
	struct world *w = *state;
	struct crowd crowd = { .all = curl_multi_init() };
	const int64_t began = env_monotonic(&env_system);
	unsigned killed = 0, snapshots = 0;

	expect_error_line(w, "");
	given_operator(w, "desk", "client.write");
	for (size_t i = 0; i < PEOPLE; i++)
		open_person(w, &crowd, &crowd.people[i], arena_format(w->arena, "person-%zu", i));
	while (snapshots < SNAPSHOTS ||
	       (deeds(&crowd.fate) < full && env_monotonic(&env_system) - began < NEVER * SECOND)) {
		run(&crowd, patience / SNAPSHOTS < 0.1 ? patience / SNAPSHOTS : 0.1);
		if (snapshots % 4 == 0)
			killed +=
			    platform_signal_one_child(w->platform->stoad, env_random_below(&env_system, 1000), SIGKILL);
		assert_string_equal(given_sql(w, HALVES), "0");
		snapshots++;
	}
	for (size_t i = 0; i < PEOPLE; i++)
		close_person(&crowd, &crowd.people[i]);
	curl_multi_cleanup(crowd.all);
	assert_string_equal(given_sql(w, HALVES), "0");
	print_message("%u deeds (%u joined, %u changed, %u removed, %u signed up, %u refused, %u unavailable), "
		      "%u workers killed, %u snapshots\n",
	    deeds(&crowd.fate), crowd.fate.done[JOIN], crowd.fate.done[CHANGE], crowd.fate.done[REMOVE],
	    crowd.fate.done[SIGN_UP], crowd.fate.refused, crowd.fate.unavailable, killed, snapshots);
	if (crowd.fate.wrong > 0)
		fail_msg("%u answers went wrong; the first: %s", crowd.fate.wrong, crowd.fate.complaint);
	for (int i = 0; i < DEED__COUNT; i++)
		assert_true(crowd.fate.done[i] > 0);
	assert_true(killed > 0);
	assert_true(deeds(&crowd.fate) >= full);
}

static const struct CMUnitTest client_tests[] = {
	api_test(there_is_never_half_a_pair),
};

/* Cheap hashes, so that signing up is as quick as the rest. */
static int
open_platform(void **state)
{
	return platform_open_with(
	    state, &(struct platform_wish){
		       .own_postgres = true,
		       .pools = "ops, limits, auth, auth-hash, client, subscription",
		       .settings = "\n[limits]\naddress = 6000000/1m\nwrite = 6000000/1m\nsign_in = 6000000/1m\n"
				   "\n[auth]\nhash_memory = 1024\nhash_passes = 1\nsignup_verification = optional\n",
		   });
}

int
main(void)
{
	return kit_run(client_tests, sizeof(client_tests) / sizeof(client_tests[0]), "client_tests", open_platform);
}
