/* net_test.c -- whom outgoing calls may reach, decided by number; with a server of our own, and a resolver that lies.
 */
#include "tests/core/trust_kit.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/env.h"
#include "core/net/address.h"
#include "core/net/http_client.h"
#include "core/net/network.h"
#include "core/net/resolve.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static pid_t server;
static unsigned port;

static union address
address_of(const char *text)
{
	union address address = { .four = { .sin_family = AF_INET, .sin_port = htons(443) } };

	if (inet_pton(AF_INET, text, &address.four.sin_addr) == 1)
		return address;
	address = (union address){ .six = { .sin6_family = AF_INET6, .sin6_port = htons(443) } };
	if (inet_pton(AF_INET6, text, &address.six.sin6_addr) != 1)
		fail_msg("not an address: %s", text);
	return address;
}

static void
no_special_range_is_global(void **state)
{
	/* The first and the last of each, and what lies just outside where that is global. */
	static const char *const special[] = { "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0",
		"100.127.255.255", "127.0.0.0", "127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254",
		"169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.0",
		"192.0.2.255", "192.88.99.0", "192.88.99.255", "192.168.0.0", "192.168.255.255", "198.18.0.0",
		"198.19.255.255", "198.51.100.0", "198.51.100.255", "203.0.113.0", "203.0.113.255", "224.0.0.0",
		"239.255.255.255", "240.0.0.0", "255.255.255.255", "::", "::1", "::2", "::7f00:1", "::ffff:0.0.0.0",
		"::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:255.255.255.255", "64:ff9b::", "64:ff9b::7f00:1",
		"64:ff9b::808:808", "64:ff9b::ffff:ffff", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
		"100::", "100::ffff:ffff:ffff:ffff", "2001::", "2001::1", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
		"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
		"2002::", "2002:7f00:1::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::1", "4000::1", "5f00::1",
		"fc00::", "fd00::1", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::", "fe80::1",
		"febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::1", "ff00::", "ff02::1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "1fff::1", "e000::1" };
	static const char *const global[] = { "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255",
		"100.128.0.0", "126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255",
		"172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0",
		"192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0",
		"203.0.112.255", "203.0.114.0", "223.255.255.255", "2000::1", "2001:200::", "2001:4860:4860::8888",
		"2001:db7:ffff::1", "2001:db9::", "2003::", "2606:4700::1111", "3ffe:ffff::1", "3fff:1000::" };

	(void)state;
	for (size_t i = 0; i < COUNT(special); i++) {
		union address address = address_of(special[i]);

		if (http_address_is_global(&address.any))
			fail_msg("%s was taken for global", special[i]);
	}
	for (size_t i = 0; i < COUNT(global); i++) {
		union address address = address_of(global[i]);

		if (!http_address_is_global(&address.any))
			fail_msg("%s was not taken for global", global[i]);
	}
	assert_false(http_address_is_global(&(const struct sockaddr){ .sa_family = AF_UNIX }));
}

static void
networks_contain_what_their_bits_say(void **state)
{
	static const char *const bad[] = { "", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0/8",
		"a/8", "10.0.0.0/8/8", "10.0.0.0/0008" };
	static const char *const any[] = { "0.0.0.0/0" }, *const one[] = { "10.0.0.7" },
				 *const odd[] = { "10.0.0.0/9" };
	struct network network;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(network_parse(bad[i], &network));
	assert_true(networks_contain((struct texts){ any, 1 }, "203.0.113.9"));
	assert_false(networks_contain((struct texts){ any, 1 }, "2001:db8::1"));
	assert_true(networks_contain((struct texts){ one, 1 }, "10.0.0.7"));
	assert_false(networks_contain((struct texts){ one, 1 }, "10.0.0.8"));
	assert_true(networks_contain((struct texts){ odd, 1 }, "10.127.0.1"));
	assert_false(networks_contain((struct texts){ odd, 1 }, "10.128.0.1"));
}

/* ---- a resolver that says what a test wants */

static struct addresses answers[2];
static unsigned asked;
static bool lie;

static enum resolve_outcome
numeric(const char *host, unsigned to, struct addresses *addresses_r)
{
	struct in_addr four;

	addresses_r->count = 1;
	if (inet_aton(host, &four) == 0) {
		addresses_r->items[0] = address_of(host);
		addresses_r->items[0].six.sin6_port = htons((uint16_t)to);
		return RESOLVED;
	}
	addresses_r->items[0] =
	    (union address){ .four = { .sin_family = AF_INET, .sin_port = htons((uint16_t)to), .sin_addr = four } };
	return RESOLVED;
}

/* Takes the place of core/net/resolve.c; numbers are read as glibc reads them. */
enum resolve_outcome
resolve(const char *host, unsigned to, int milliseconds, struct addresses *addresses_r)
{
	assert_in_range(milliseconds, 1, 10000);
	if (!lie)
		return numeric(host, to, addresses_r);
	*addresses_r = answers[asked++ > 0 ? 1 : 0];
	return addresses_r->count > 0 ? RESOLVED : RESOLVE_NO_NAME;
}

/* ---- a server: answers each connection with what the path names */

static const char *
answer_to(const char *request)
{
	if (strstr(request, " /redirect") != NULL)
		return "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/secret\r\nContent-Length: 0\r\n\r\n";
	if (strstr(request, " /busy") != NULL)
		return "HTTP/1.1 503 Busy\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n";
	if (strstr(request, " /gone") != NULL)
		return "HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone";
	if (strstr(request, " /broken") != NULL)
		return "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort";
	if (strstr(request, " /nonsense") != NULL)
		return "220 mail.example ESMTP\r\n";
	if (strncmp(request, "POST /echo", 10) == 0 && strstr(request, "\r\nwebhook-id: 7\r\n") != NULL &&
	    strstr(request, "\r\n\r\n{}") != NULL && strstr(request, "xpect:") == NULL)
		return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";
	return "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n";
}

static void
serve(int client)
{
	char request[4096];
	ssize_t length = read(client, request, sizeof(request) - 1);
	const char *answer;

	if (length <= 0)
		return;
	request[length] = '\0';
	if (strstr(request, " /slow") != NULL)
		sleep(20);
	if (strstr(request, " /large") != NULL) {
		char block[4096];
		const char head[] = "HTTP/1.1 200 OK\r\n\r\n";

		memset(block, 'x', sizeof(block));
		length = write(client, head, sizeof(head) - 1);
		for (int i = 0; i < 256 && length > 0; i++)
			length = write(client, block, sizeof(block));
		return;
	}
	answer = answer_to(request);
	if (write(client, answer, strlen(answer)) < 0)
		return;
}

static int
server_start(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 16), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &size), 0);
	port = ntohs(address.sin_port);
	if ((server = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		signal(SIGCHLD, SIG_IGN);
		for (;;) {
			int client = accept(listener, NULL, NULL);

			if (fork() == 0) {
				prctl(PR_SET_PDEATHSIG, SIGKILL);
				serve(client);
				_exit(0);
			}
			close(client);
		}
	}
	close(listener);
	return 0;
}

static int
server_stop(void **state)
{
	int status;

	(void)state;
	kill(server, SIGKILL);
	waitpid(server, &status, 0);
	return 0;
}

static const char *listed[1];

static int
begin(void **state)
{
	kit_begin(state);
	kit->req.env = &env_system;
	lie = false;
	asked = 0;
	memset(answers, 0, sizeof(answers));
	listed[0] = arena_format(kit->req.arena, "127.0.0.1:%u", port);
	kit->config.global.outgoing_allow = (struct texts){ listed, 1 };
	return 0;
}

static struct http_answer
ask(const char *url)
{
	const struct http_ask get = { .method = GET, .url = url };
	struct http_answer answer;

	http_ask(&kit->req, &get, &answer);
	return answer;
}

static const char *
ours(const char *path)
{
	return arena_format(kit->req.arena, "http://127.0.0.1:%u%s", port, path);
}

static void
every_spelling_of_a_private_address_is_refused(void **state)
{
	static const char *const hosts[] = { "127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
		"017700000001", "127.1", "127.0.1", "0", "0.0.0.0", "0x0", "10.1.2.3", "0xa010203", "012.1.2.3",
		"169.254.169.254", "2852039166", "0xA9FEA9FE", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fd00::1]", "192.168.0.1", "172.16.0.1",
		"100.64.0.1", "198.18.0.1" };

	(void)state;
	for (size_t i = 0; i < COUNT(hosts); i++) {
		struct http_answer answer = ask(arena_format(kit->req.arena, "https://%s/", hosts[i]));

		if (answer.failure != HTTP_FORBIDDEN_ADDRESS)
			fail_msg("%s: %s", hosts[i], http_failure_text(answer.failure));
	}
}

static void
what_is_no_plain_https_address_is_refused(void **state)
{
	static const char *const urls[] = { "", "stoa", "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/",
		"https://", "https:///x", "https://user:pass@8.8.8.8/", "https://user@8.8.8.8/",
		"https://8.8.8.8:99999/", "https://8.8.8.8:x/", "http://8.8.8.8/", "https://exa mple/",
		"dict://8.8.8.8/", "https://8.8.8.8\r\nX: y/" };

	(void)state;
	for (size_t i = 0; i < COUNT(urls); i++) {
		struct http_answer answer = ask(urls[i]);

		if (answer.failure != HTTP_BAD_URL)
			fail_msg("%s: %s", urls[i], http_failure_text(answer.failure));
	}
}

static void
a_listed_address_is_reached_by_its_exact_number_alone(void **state)
{
	(void)state;
	assert_int_equal(ask(ours("/gone")).failure, HTTP_OK);
	assert_int_equal(
	    ask(arena_format(kit->req.arena, "http://127.0.0.1:%u/", port + 1)).failure, HTTP_FORBIDDEN_ADDRESS);
	assert_int_equal(
	    ask(arena_format(kit->req.arena, "http://127.0.0.2:%u/", port)).failure, HTTP_FORBIDDEN_ADDRESS);
	kit->config.global.outgoing_allow.count = 0;
	assert_int_equal(ask(ours("/gone")).failure, HTTP_FORBIDDEN_ADDRESS);
}

static void
an_answer_is_read_as_it_is(void **state)
{
	static const struct header headers[] = { { "webhook-id", "7" }, { "content-type", "application/json" } };
	const struct http_ask post = { .method = POST,
		.url = ours("/echo"),
		.headers = headers,
		.header_count = 2,
		.body = { (const uint8_t *)"{}", 2 } };
	struct http_answer answer;

	(void)state;
	http_ask(&kit->req, &post, &answer);
	assert_int_equal(answer.failure, HTTP_OK);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.content_type, "text/plain");
	assert_int_equal(answer.body.length, 2);
	assert_memory_equal(answer.body.data, "ok", 2);
	assert_string_equal(answer.address, listed[0]);
	answer = ask(ours("/busy"));
	assert_int_equal(answer.status, 503);
	assert_int_equal(answer.retry_after, 17);
	assert_int_equal(ask(ours("/gone")).status, 410);
}

static void
a_redirect_is_an_answer_and_not_followed(void **state)
{
	struct http_answer answer = ask(ours("/redirect"));

	(void)state;
	assert_int_equal(answer.failure, HTTP_OK);
	assert_int_equal(answer.status, 302);
}

static void
a_proxy_in_the_environment_is_not_used(void **state)
{
	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("all_proxy", "http://127.0.0.1:1", 1);
	assert_int_equal(ask(ours("/gone")).failure, HTTP_OK);
	unsetenv("http_proxy");
	unsetenv("all_proxy");
}

static void
an_answer_that_is_too_large_broken_or_late_is_a_failure(void **state)
{
	const struct http_ask slow = { .method = GET, .url = ours("/slow"), .timeout = 300 };
	const struct http_ask little = { .method = GET, .url = ours("/gone"), .answer_max = 3 };
	struct http_answer answer;
	int64_t began = env_monotonic(&env_system);

	(void)state;
	assert_int_equal(ask(ours("/large")).failure, HTTP_TOO_LARGE);
	assert_int_equal(ask(ours("/broken")).failure, HTTP_BROKEN);
	assert_int_equal(ask(ours("/nonsense")).failure, HTTP_BROKEN);
	http_ask(&kit->req, &little, &answer);
	assert_int_equal(answer.failure, HTTP_TOO_LARGE);
	http_ask(&kit->req, &slow, &answer);
	assert_int_equal(answer.failure, HTTP_TIMEOUT);
	kit->req.deadline = env_monotonic(&env_system) + 300 * MILLISECOND;
	assert_int_equal(ask(ours("/slow")).failure, HTTP_TIMEOUT);
	assert_true(env_monotonic(&env_system) - began < 3 * SECOND);
	kit->req.deadline = env_monotonic(&env_system) - 1;
	assert_int_equal(ask(ours("/gone")).failure, HTTP_TIMEOUT);
}

static void
a_header_cannot_smuggle_another(void **state)
{
	static const struct header headers[] = { { "x", "1\r\nwebhook-id: 7" } };
	const struct http_ask get = { .method = GET, .url = ours("/gone"), .headers = headers, .header_count = 1 };
	struct http_answer answer;

	(void)state;
	http_ask(&kit->req, &get, &answer);
	assert_int_equal(answer.failure, HTTP_BAD_URL);
}

static unsigned
free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	close(fd);
	return ntohs(address.sin_port);
}

/* OpenSSL's own test server, with a certificate that nobody vouches for. */
static pid_t
tls_server_start(unsigned tls_port)
{
	const char *pem = arena_format(kit->req.arena, "%s/tls.pem", kit->directory);
	const char *make = arena_format(kit->req.arena,
	    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=127.0.0.1"
	    " -addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s.crt 2>/dev/null && cat %s.crt >>%s && rm %s.crt",
	    pem, pem, pem, pem, pem);
	const char *accept = arena_format(kit->req.arena, "127.0.0.1:%u", tls_port);
	pid_t child;

	if (system(make) != 0)
		skip();
	if ((child = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		execlp("openssl", "openssl", "s_server", "-accept", accept, "-cert", pem, "-www", (char *)NULL);
		_exit(127);
	}
	return child;
}

static void
a_certificate_that_nobody_vouches_for_is_refused(void **state)
{
	const unsigned tls_port = free_port();
	const char *url = arena_format(kit->req.arena, "https://127.0.0.1:%u/", tls_port);
	struct http_answer answer;
	pid_t child;
	int status;

	(void)state;
	listed[0] = arena_format(kit->req.arena, "127.0.0.1:%u", tls_port);
	child = tls_server_start(tls_port);
	for (int i = 0; i < 300; i++) {
		answer = ask(url);
		if (answer.failure != HTTP_NO_CONNECTION)
			break;
		usleep(10000);
	}
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	unlink(arena_format(kit->req.arena, "%s/tls.pem", kit->directory));
	assert_int_equal(answer.failure, HTTP_BAD_CERTIFICATE);
	assert_int_equal(answer.status, 0);
}

static void
one_private_address_among_global_ones_refuses_the_name(void **state)
{
	(void)state;
	lie = true;
	answers[0].items[0] = address_of("8.8.8.8");
	answers[0].items[1] = address_of("2606:4700::1111");
	answers[0].items[2] = address_of("10.0.0.1");
	answers[0].count = 3;
	assert_int_equal(ask("https://mixed.example/").failure, HTTP_FORBIDDEN_ADDRESS);
	answers[0].items[2] = address_of("::ffff:10.0.0.1");
	asked = 0;
	assert_int_equal(ask("https://mixed.example/").failure, HTTP_FORBIDDEN_ADDRESS);
}

/* The name says one thing to us and another later: curl goes where we looked, and looks nowhere itself. */
static void
a_name_that_changes_its_mind_is_reached_where_it_was_judged(void **state)
{
	struct http_answer answer;

	(void)state;
	lie = true;
	answers[0].items[0] = address_of("127.0.0.1");
	answers[0].items[0].four.sin_port = htons((uint16_t)port);
	answers[0].count = 1;
	/* "localhost" and a name that does not exist alike: only the judged address counts. */
	answer = ask(arena_format(kit->req.arena, "http://rebind.invalid:%u/gone", port));
	assert_int_equal(answer.failure, HTTP_OK);
	assert_int_equal(answer.status, 410);
	assert_int_equal(asked, 1);
	asked = 0;
	answers[0].items[0] = address_of("8.8.8.8");
	answers[0].items[0].four.sin_port = htons((uint16_t)port);
	/* Judged global, but what curl makes of "localhost" is this machine: the socket is not opened. */
	answer = ask(arena_format(kit->req.arena, "https://localhost:%u/gone", port));
	assert_true(answer.failure == HTTP_FORBIDDEN_ADDRESS || answer.failure == HTTP_NO_CONNECTION ||
		    answer.failure == HTTP_TIMEOUT || answer.failure == HTTP_BROKEN);
	assert_int_not_equal(answer.status, 410);
	answers[0].count = 0;
	asked = 0;
	assert_int_equal(ask("https://nowhere.example/").failure, HTTP_NO_NAME);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, kit_end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(no_special_range_is_global),
		TEST(networks_contain_what_their_bits_say),
		TEST(every_spelling_of_a_private_address_is_refused),
		TEST(what_is_no_plain_https_address_is_refused),
		TEST(a_listed_address_is_reached_by_its_exact_number_alone),
		TEST(an_answer_is_read_as_it_is),
		TEST(a_redirect_is_an_answer_and_not_followed),
		TEST(a_proxy_in_the_environment_is_not_used),
		TEST(an_answer_that_is_too_large_broken_or_late_is_a_failure),
		TEST(a_header_cannot_smuggle_another),
		TEST(a_certificate_that_nobody_vouches_for_is_refused),
		TEST(one_private_address_among_global_ones_refuses_the_name),
		TEST(a_name_that_changes_its_mind_is_reached_where_it_was_judged),
	};

	return cmocka_run_group_tests(tests, server_start, server_stop);
}
