/* token_test.c -- which tokens are believed: ours, and none of those that somebody forged. */
#include "tests/core/trust_kit.h"

#include <jwt.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buffer.h"
#include "core/base/encode.h"
#include "core/json/check.h"
#include "core/trust/token.h"
#include "core/trust/token_judge.h"
#include "core/trust/token_key.h"
#include "core/trust/token_signature.h"
#include "core/web/problem.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static EVP_PKEY *key;      /* the house's */
static EVP_PKEY *stranger; /* somebody else's */

static int64_t
now(void)
{
	return kit->now / SECOND;
}

static int
begin(void **state)
{
	kit_begin(state);
	key = kit_add_key(now() - 86400, 0);
	stranger = EVP_EC_gen("P-256");
	kit_pass(200); /* what an earlier test left in the worker's copy is old */
	return 0;
}

static int
end(void **state)
{
	EVP_PKEY_free(key);
	EVP_PKEY_free(stranger);
	return kit_end(state);
}

static const char *
encode(const char *text)
{
	return base64url_encode(kit->req.arena, text, strlen(text));
}

static const char *
sign_with(EVP_PKEY *by, const char *header, const char *claims)
{
	uint8_t signature[SIGNATURE_SIZE];
	const char *text = arena_format(kit->req.arena, "%s.%s", encode(header), encode(claims));

	assert_true(signature_make(by, text, strlen(text), signature));
	return arena_format(
	    kit->req.arena, "%s.%s", text, base64url_encode(kit->req.arena, signature, sizeof(signature)));
}

/* Puts this moment and the house's kid into a template: KID, and NOW, which may be followed by + or - and seconds. */
static const char *
fill(const char *template)
{
	struct buffer out;

	buffer_init(&out, kit->req.arena);
	while (*template != '\0') {
		if (strncmp(template, "KID", 3) == 0) {
			buffer_text(&out, kit->keys[0].kid);
			template += 3;
		} else if (strncmp(template, "NOW", 3) == 0) {
			char *after = (char *)(uintptr_t)(template + 3);
			int64_t by = *after == '+' || *after == '-' ? strtoll(after, &after, 10) : 0;

			buffer_format(&out, "%lld", (long long)(now() + by));
			template = after;
		} else {
			buffer_char(&out, *template ++);
		}
	}
	return out.data;
}

#define SUBJECT "019a0000-0000-7000-8000-000000000001"
#define SESSION "019a0000-0000-7000-8000-0000000000aa"
#define HEADER  "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\"}"
#define WHOSE   "\"iss\":\"https://stoa.example\",\"aud\":\"stoa\","
#define WHO     "\"sub\":\"" SUBJECT "\",\"sid\":\"" SESSION "\","
#define WHAT    "\"ver\":7,\"scope\":\"\","
#define WHEN    "\"iat\":NOW-5,\"nbf\":NOW-5,\"exp\":NOW+600"
#define CLAIMS  "{" WHOSE WHO WHAT WHEN "}"

/* Each differs from a good token in one thing, and is signed by the house's own key, so the signature never saves us.
 */
static const struct forgery {
	const char *says;
	const char *header;
	const char *claims;
} forgeries[] = {
	{ "alg none", "{\"alg\":\"none\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg None", "{\"alg\":\"None\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg HS256", "{\"alg\":\"HS256\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg RS256", "{\"alg\":\"RS256\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg ES384", "{\"alg\":\"ES384\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg es256", "{\"alg\":\"es256\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg empty", "{\"alg\":\"\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg a list", "{\"alg\":[\"ES256\"],\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg null", "{\"alg\":null,\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg missing", "{\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "alg twice", "{\"alg\":\"none\",\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\"}", CLAIMS },
	{ "typ missing", "{\"alg\":\"ES256\",\"kid\":\"KID\"}", CLAIMS },
	{ "typ of another purpose", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"at+jwt\"}", CLAIMS },
	{ "typ a number", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":1}", CLAIMS },
	{ "kid missing", "{\"alg\":\"ES256\",\"typ\":\"JWT\"}", CLAIMS },
	{ "kid unknown", "{\"alg\":\"ES256\",\"kid\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"typ\":\"JWT\"}",
	    CLAIMS },
	{ "kid a path", "{\"alg\":\"ES256\",\"kid\":\"../../../../../../../../../../../../dev/null\",\"typ\":\"JWT\"}",
	    CLAIMS },
	{ "kid too long", "{\"alg\":\"ES256\",\"kid\":\"KIDA\",\"typ\":\"JWT\"}", CLAIMS },
	{ "kid SQL", "{\"alg\":\"ES256\",\"kid\":\"' OR 1=1 --\",\"typ\":\"JWT\"}", CLAIMS },
	{ "crit", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\",\"crit\":[\"exp\"]}", CLAIMS },
	{ "b64", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\",\"b64\":false}", CLAIMS },
	{ "jku", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\",\"jku\":\"https://evil.example/\"}", CLAIMS },
	{ "x5u", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\",\"x5u\":\"https://evil.example/\"}", CLAIMS },
	{ "jwk", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\",\"jwk\":{}}", CLAIMS },
	{ "zip", "{\"alg\":\"ES256\",\"kid\":\"KID\",\"typ\":\"JWT\",\"zip\":\"DEF\"}", CLAIMS },
	{ "header a list", "[\"ES256\"]", CLAIMS },
	{ "header empty", "", CLAIMS },
	{ "header single-quoted", "{'alg':'ES256','kid':'KID','typ':'JWT'}", CLAIMS },
	{ "header with more behind", HEADER "{}", CLAIMS },
	{ "iss of another", HEADER, "{\"iss\":\"https://evil.example\",\"aud\":\"stoa\"," WHO WHAT WHEN "}" },
	{ "iss with a slash", HEADER, "{\"iss\":\"https://stoa.example/\",\"aud\":\"stoa\"," WHO WHAT WHEN "}" },
	{ "iss missing", HEADER, "{\"aud\":\"stoa\"," WHO WHAT WHEN "}" },
	{ "aud of another", HEADER, "{\"iss\":\"https://stoa.example\",\"aud\":\"shop\"," WHO WHAT WHEN "}" },
	{ "aud a list", HEADER, "{\"iss\":\"https://stoa.example\",\"aud\":[\"stoa\"]," WHO WHAT WHEN "}" },
	{ "aud missing", HEADER, "{\"iss\":\"https://stoa.example\"," WHO WHAT WHEN "}" },
	{ "sub missing", HEADER, "{" WHOSE "\"sid\":\"" SESSION "\"," WHAT WHEN "}" },
	{ "sub a name", HEADER, "{" WHOSE "\"sub\":\"ada\",\"sid\":\"" SESSION "\"," WHAT WHEN "}" },
	{ "sub nobody", HEADER,
	    "{" WHOSE "\"sub\":\"00000000-0000-0000-0000-000000000000\",\"sid\":\"" SESSION "\"," WHAT WHEN "}" },
	{ "sub in capitals", HEADER,
	    "{" WHOSE "\"sub\":\"019A0000-0000-7000-8000-000000000001\",\"sid\":\"" SESSION "\"," WHAT WHEN "}" },
	{ "sub twice", HEADER, "{" WHOSE "\"sub\":\"" SESSION "\"," WHO WHAT WHEN "}" },
	{ "sid missing", HEADER, "{" WHOSE "\"sub\":\"" SUBJECT "\"," WHAT WHEN "}" },
	{ "sid a number", HEADER, "{" WHOSE "\"sub\":\"" SUBJECT "\",\"sid\":1," WHAT WHEN "}" },
	{ "org not an id", HEADER, "{" WHOSE WHO WHAT "\"org\":\"\"," WHEN "}" },
	{ "org null", HEADER, "{" WHOSE WHO WHAT "\"org\":null," WHEN "}" },
	{ "ver text", HEADER, "{" WHOSE WHO "\"ver\":\"7\",\"scope\":\"\"," WHEN "}" },
	{ "ver a fraction", HEADER, "{" WHOSE WHO "\"ver\":7.0,\"scope\":\"\"," WHEN "}" },
	{ "ver negative", HEADER, "{" WHOSE WHO "\"ver\":-1,\"scope\":\"\"," WHEN "}" },
	{ "ver beyond all", HEADER, "{" WHOSE WHO "\"ver\":99999999999999999999999,\"scope\":\"\"," WHEN "}" },
	{ "ver missing", HEADER, "{" WHOSE WHO "\"scope\":\"\"," WHEN "}" },
	{ "scope a list", HEADER, "{" WHOSE WHO "\"ver\":7,\"scope\":[]," WHEN "}" },
	{ "expired", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW-600,\"nbf\":NOW-600,\"exp\":NOW-1}" },
	{ "expires now", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW-600,\"nbf\":NOW-600,\"exp\":NOW}" },
	{ "exp missing", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW,\"nbf\":NOW}" },
	{ "exp text", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW,\"nbf\":NOW,\"exp\":\"NOW+600\"}" },
	{ "exp a float", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW,\"nbf\":NOW,\"exp\":4e9}" },
	{ "exp never", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW,\"nbf\":NOW,\"exp\":9223372036854775807}" },
	{ "exp in years", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW,\"nbf\":NOW,\"exp\":NOW+99999999}" },
	{ "not valid yet", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW,\"nbf\":NOW+31,\"exp\":NOW+600}" },
	{ "issued tomorrow", HEADER, "{" WHOSE WHO WHAT "\"iat\":NOW+31,\"nbf\":NOW,\"exp\":NOW+600}" },
	{ "iat missing", HEADER, "{" WHOSE WHO WHAT "\"nbf\":NOW,\"exp\":NOW+600}" },
	{ "claims a list", HEADER, "[]" },
	{ "claims empty", HEADER, "" },
	{ "claims with NaN", HEADER, "{" WHOSE WHO WHAT WHEN ",\"x\":NaN}" },
	{ "claims with U+0000", HEADER, "{" WHOSE WHO "\"ver\":7,\"scope\":\"\\u0000\"," WHEN "}" },
};

static void
refused(const char *says, const char *token)
{
	const struct problem *p;
	struct token read;

	p = token_verify(&kit->req, token, &read);
	if (p == NULL)
		fail_msg("%s: was believed: %s", says, token);
	assert_int_equal(p->id, PROBLEM_UNAUTHENTICATED);
	/* What was wrong is not told. */
	assert_string_equal(p->detail, CREDENTIAL_REFUSED);
	kit_pass(4);
}

static void
no_forgery_is_believed(void **state)
{
	struct token read;

	(void)state;
	assert_true(COUNT(forgeries) >= 40);
	assert_null(token_verify(&kit->req, sign_with(key, fill(HEADER), fill(CLAIMS)), &read));
	for (size_t i = 0; i < COUNT(forgeries); i++)
		refused(forgeries[i].says, sign_with(key, fill(forgeries[i].header), fill(forgeries[i].claims)));
}

static void
no_other_signature_is_believed(void **state)
{
	const char *good = sign_with(key, fill(HEADER), fill(CLAIMS));
	const char *head = arena_format(kit->req.arena, "%.*s", (int)(strrchr(good, '.') - good), good);
	uint8_t mac[SHA256_SIZE], zeros[SIGNATURE_SIZE] = { 0 };
	struct arena *a = kit->req.arena;
	const char *confused;

	(void)state;
	refused("signed by a stranger", sign_with(stranger, fill(HEADER), fill(CLAIMS)));
	refused("no signature", arena_format(a, "%s.", head));
	refused("two parts", head);
	refused("four parts", arena_format(a, "%s.AAAA", good));
	refused("a zero signature", arena_format(a, "%s.%s", head, base64url_encode(a, zeros, sizeof(zeros))));
	refused("a short signature", arena_format(a, "%s.%s", head, base64url_encode(a, zeros, 63)));
	refused("padding", arena_format(a, "%s=", good));
	refused("white space", arena_format(a, "%s ", good));
	refused("a newline within", arena_format(a, "\n%s", good));
	refused("nothing", "");
	refused("dots", "..");
	/* HS256 with the public key, which everybody has, as the secret. */
	confused = arena_format(
	    a, "%s.%s", encode(fill("{\"alg\":\"HS256\",\"kid\":\"KID\",\"typ\":\"JWT\"}")), encode(fill(CLAIMS)));
	hmac_sha256(kit->keys[0].public_part.data, kit->keys[0].public_part.length, confused, strlen(confused), mac);
	refused("HS256 with the public key", arena_format(a, "%s.%s", confused, base64url_encode(a, mac, sizeof(mac))));
}

/* DER signatures, trailing bits and a changed character: one token has one text. */
static void
no_changed_character_is_believed(void **state)
{
	const char *good = sign_with(key, fill(HEADER), fill(CLAIMS));
	size_t length = strlen(good);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		char *bent = arena_text(kit->req.arena, good);

		bent[i] = bent[i] == 'A' ? 'B' : 'A';
		refused("a changed character", bent);
	}
}

static void
a_token_longer_than_4_kib_is_not_looked_at(void **state)
{
	struct buffer scope;

	(void)state;
	buffer_init(&scope, kit->req.arena);
	buffer_text(&scope, "{" WHOSE WHO WHAT WHEN ",\"x\":\"");
	while (scope.length < 4000)
		buffer_char(&scope, 'x');
	buffer_text(&scope, "\"}");
	refused("too long", sign_with(key, fill(HEADER), fill(scope.data)));
}

static void
what_we_sign_we_believe(void **state)
{
	const struct uuid organization = { { 9 } };
	struct token given = { .subject = { { 1 } },
		.session = { { 2 } },
		.organization = &organization,
		.authz_ver = 12,
		.issued.micros = kit->now,
		.expires.micros = kit->now + 600 * SECOND,
		.scope = "read write" };
	struct token read;
	const char *text;

	(void)state;
	assert_null(token_sign(&kit->req, &given, &text));
	for (int i = 0; i < 2; i++) { /* judged, and then remembered */
		assert_null(token_verify(&kit->req, text, &read));
		assert_true(uuid_equal(read.subject, given.subject));
		assert_true(uuid_equal(read.session, given.session));
		assert_true(uuid_equal(*read.organization, organization));
		assert_int_equal(read.authz_ver, 12);
		assert_int_equal(read.expires.micros, given.expires.micros / SECOND * SECOND);
		assert_string_equal(read.scope, "read write");
	}
}

static void
a_remembered_token_still_expires(void **state)
{
	struct token given = { .subject = { { 1 } },
		.session = { { 2 } },
		.issued.micros = kit->now,
		.expires.micros = kit->now + 600 * SECOND };
	struct token read;
	const char *text;

	(void)state;
	assert_null(token_sign(&kit->req, &given, &text));
	assert_null(token_verify(&kit->req, text, &read));
	kit_pass(599);
	assert_null(token_verify(&kit->req, text, &read));
	kit_pass(1);
	refused("expired in the cache", text);
}

static const char *
pem(EVP_PKEY *of, bool private_half)
{
	BIO *memory = BIO_new(BIO_s_mem());
	char *data;
	const char *text;
	long length;

	assert_int_equal(private_half ? PEM_write_bio_PrivateKey(memory, of, NULL, NULL, 0, NULL, NULL)
				      : PEM_write_bio_PUBKEY(memory, of),
	    1);
	length = BIO_get_mem_data(memory, &data);
	text = arena_copy(kit->req.arena, data, (size_t)length);
	BIO_free(memory);
	return text;
}

static const char *
made_by_libjwt(jwt_alg_t algorithm, const char *secret)
{
	jwt_t *token;
	char *text;
	const char *copy;

	assert_int_equal(jwt_new(&token), 0);
	assert_int_equal(jwt_set_alg(token, algorithm, (const unsigned char *)secret, (int)strlen(secret)), 0);
	assert_int_equal(jwt_add_header(token, "kid", kit->keys[0].kid), 0);
	assert_int_equal(jwt_add_grants_json(token, fill(CLAIMS)), 0);
	text = jwt_encode_str(token);
	assert_non_null(text);
	copy = arena_text(kit->req.arena, text);
	free(text);
	jwt_free(token);
	return copy;
}

static void
libjwt_and_we_believe_each_other(void **state)
{
	struct token given = { .subject = { { 1 } },
		.session = { { 2 } },
		.issued.micros = kit->now,
		.expires.micros = kit->now + 600 * SECOND };
	const char *text, *public_half = pem(key, false);
	struct token read;
	jwt_t *judged;

	(void)state;
	assert_null(token_verify(&kit->req, made_by_libjwt(JWT_ALG_ES256, pem(key, true)), &read));
	assert_int_equal(read.authz_ver, 7);
	assert_null(token_sign(&kit->req, &given, &text));
	assert_int_equal(jwt_decode(&judged, text, (const unsigned char *)public_half, (int)strlen(public_half)), 0);
	assert_string_equal(jwt_get_grant(judged, "iss"), "https://stoa.example");
	assert_string_equal(jwt_get_grant(judged, "aud"), "stoa");
	assert_int_equal(jwt_get_alg(judged), JWT_ALG_ES256);
	jwt_free(judged);
}

static void
a_libjwt_token_with_the_public_key_as_secret_is_refused(void **state)
{
	(void)state;
	refused("HS256 by libjwt", made_by_libjwt(JWT_ALG_HS256, pem(key, false)));
}

static void
a_new_key_is_published_before_it_signs_and_the_old_one_is_believed_on(void **state)
{
	struct token given = { .subject = { { 1 } },
		.session = { { 2 } },
		.issued.micros = kit->now,
		.expires.micros = kit->now + 3600 * SECOND },
		     read;
	const char *old, *early, *late;
	struct json_fault fault;
	struct buffer set;

	(void)state;
	assert_null(token_sign(&kit->req, &given, &old));
	EVP_PKEY_free(kit_add_key(now(), 0));
	kit_pass(130);
	assert_null(token_sign(&kit->req, &given, &early));
	buffer_init(&set, kit->req.arena);
	assert_null(token_jwks_print(&kit->req, &set));
	assert_non_null(json_parse(kit->req.arena, set.data, set.length, &fault));
	assert_non_null(strstr(set.data, kit->keys[0].kid));
	assert_non_null(strstr(set.data, kit->keys[1].kid));
	assert_null(strstr(set.data, "\"d\""));
	kit_pass(900);
	assert_null(token_sign(&kit->req, &given, &late));
	/* 57 characters of the header, up to the kid's end, tell who signed. */
	assert_memory_equal(old, early, 70);
	assert_memory_not_equal(old, late, 70);
	assert_null(token_verify(&kit->req, old, &read));
	assert_null(token_verify(&kit->req, late, &read));
	/* Its last token has expired, and so does it. */
	kit->keys[0].retires_at.micros = kit->now + 10 * SECOND;
	kit_pass(601); /* remembered for as long as that, at the most */
	refused("signed by a key that has retired", old);
	assert_null(token_verify(&kit->req, late, &read));
}

static void
the_first_token_makes_the_first_key(void **state)
{
	struct token given = { .subject = { { 1 } },
		.session = { { 2 } },
		.issued.micros = kit->now,
		.expires.micros = kit->now + 600 * SECOND },
		     read;
	const char *text;

	(void)state;
	kit->key_count = 0;
	kit_pass(130);
	assert_null(token_sign(&kit->req, &given, &text));
	assert_int_equal(kit->key_count, 1);
	assert_null(token_verify(&kit->req, text, &read));
}

static void
made_up_kids_do_not_become_a_load(void **state)
{
	struct token read;
	const char *header =
	    "{\"alg\":\"ES256\",\"kid\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"typ\":\"JWT\"}";
	unsigned before;

	(void)state;
	assert_null(token_verify(&kit->req, sign_with(key, fill(HEADER), fill(CLAIMS)), &read));
	before = kit->key_reads;
	for (int i = 0; i < 100; i++)
		assert_non_null(token_verify(&kit->req, sign_with(stranger, header, fill(CLAIMS)), &read));
	assert_true(kit->key_reads <= before + 1);
}

static void
a_kid_that_is_new_to_the_worker_is_looked_up(void **state)
{
	struct token read;
	EVP_PKEY *second;
	char kid[KID_SIZE];

	(void)state;
	assert_null(token_verify(&kit->req, sign_with(key, fill(HEADER), fill(CLAIMS)), &read));
	second = kit_add_key(now() - 1000, 0);
	kit_pass(4);
	assert_true(key_thumbprint(kit->req.arena, second, kid));
	assert_null(token_verify(&kit->req,
	    sign_with(second, arena_format(kit->req.arena, "{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":\"JWT\"}", kid),
		fill(CLAIMS)),
	    &read));
	EVP_PKEY_free(second);
}

static void
a_database_that_is_down_signs_nobody_out(void **state)
{
	struct token read;

	(void)state;
	assert_null(token_verify(&kit->req, sign_with(key, fill(HEADER), fill(CLAIMS)), &read));
	kit->database_down = true;
	kit_pass(300);
	assert_null(token_verify(&kit->req, sign_with(key, fill(HEADER), fill(CLAIMS)), &read));
}

static void
a_key_row_that_was_tampered_with_is_not_used(void **state)
{
	struct token read;
	const char *text;

	(void)state;
	text = sign_with(key, fill(HEADER), fill(CLAIMS));
	kit->keys[0].kid = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	refused("its key is not what its name says", text);
	(void)read;
}

static void
signatures_go_to_der_and_back(void **state)
{
	static const uint8_t patterns[] = { 0x01, 0x7f, 0x80, 0xff };
	uint8_t raw[SIGNATURE_SIZE], again[SIGNATURE_SIZE], der[SIGNATURE_DER_MAX];

	(void)state;
	for (size_t leading = 0; leading < 32; leading++) {
		for (size_t i = 0; i < COUNT(patterns); i++) {
			size_t length;

			memset(raw, 0, sizeof(raw));
			memset(raw + leading, patterns[i], 32 - leading);
			memset(raw + 32 + 31 - leading, patterns[i], leading + 1);
			assert_true((length = signature_to_der(raw, der)) > 0);
			assert_true(signature_from_der(der, length, again));
			assert_memory_equal(raw, again, sizeof(raw));
			assert_false(signature_from_der(der, length - 1, again));
			for (size_t at = 0; at < 4; at++) {
				der[at] ^= 0x41;
				assert_false(signature_from_der(der, length, again));
				der[at] ^= 0x41;
			}
		}
	}
	memset(raw, 0, sizeof(raw));
	assert_int_equal(signature_to_der(raw, der), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(no_forgery_is_believed),
		TEST(no_other_signature_is_believed),
		TEST(no_changed_character_is_believed),
		TEST(a_token_longer_than_4_kib_is_not_looked_at),
		TEST(what_we_sign_we_believe),
		TEST(a_remembered_token_still_expires),
		TEST(libjwt_and_we_believe_each_other),
		TEST(a_libjwt_token_with_the_public_key_as_secret_is_refused),
		TEST(a_new_key_is_published_before_it_signs_and_the_old_one_is_believed_on),
		TEST(the_first_token_makes_the_first_key),
		TEST(made_up_kids_do_not_become_a_load),
		TEST(a_kid_that_is_new_to_the_worker_is_looked_up),
		TEST(a_database_that_is_down_signs_nobody_out),
		TEST(a_key_row_that_was_tampered_with_is_not_used),
		TEST(signatures_go_to_der_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
