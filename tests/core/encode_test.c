/* encode_test.c -- hexadecimal, base64, and the hashes against their published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "core/base/encode.h"
#include "core/base/env.h"
#include "tests/core/arena_kit.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void
base64_is_as_rfc_4648_shows_it(void **state)
{
	static const char *const rows[][3] = { { "", "", "" }, { "f", "Zg==", "Zg" }, { "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" }, { "foob", "Zm9vYg==", "Zm9vYg" }, { "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" }, { "\xfb\xff", "+/8=", "-_8" } };
	struct bytes bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t length = strlen(rows[i][0]);

		assert_string_equal(base64_encode(arena, rows[i][0], length), rows[i][1]);
		assert_string_equal(base64url_encode(arena, rows[i][0], length), rows[i][2]);
		assert_true(base64_decode(arena, rows[i][1], strlen(rows[i][1]), &bytes));
		assert_int_equal(bytes.length, length);
		assert_memory_equal(bytes.data, rows[i][0], length);
		assert_true(base64url_decode(arena, rows[i][2], strlen(rows[i][2]), &bytes));
		assert_int_equal(bytes.length, length);
	}
}

static void
one_value_has_one_text(void **state)
{
	static const char *const base64[] = { "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v=", "Zm9v====", "=",
		"====", "Z===", "Zm 9", "Zm9\n", "-_8=", "Zg==Zg==", "Zm9v Zg==" };
	static const char *const base64url[] = { "Zg==", "Zh", "Zm9", "Z", "+/8", "Zm9v=", "Zm9v\n", " Zm9v", "Zm9vY" };
	static const char *const hexadecimal[] = { "a", "0g", "AB", "0x", " 00", "00 " };
	struct bytes bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(base64); i++)
		if (base64_decode(arena, base64[i], strlen(base64[i]), &bytes))
			fail_msg("%s was decoded", base64[i]);
	for (size_t i = 0; i < COUNT(base64url); i++)
		if (base64url_decode(arena, base64url[i], strlen(base64url[i]), &bytes))
			fail_msg("%s was decoded", base64url[i]);
	for (size_t i = 0; i < COUNT(hexadecimal); i++)
		assert_false(hex_decode(arena, hexadecimal[i], &bytes));
	assert_false(base64_decode(arena, "Zm9\0", 4, &bytes));
}

static void
what_is_encoded_is_decoded_to_the_same(void **state)
{
	uint8_t data[200];
	struct bytes bytes;
	const char *text;

	(void)state;
	for (size_t length = 0; length < sizeof(data); length++) {
		env_random(&env_system, data, length);
		text = base64_encode(arena, data, length);
		assert_true(base64_decode(arena, text, strlen(text), &bytes));
		assert_int_equal(bytes.length, length);
		assert_memory_equal(bytes.data, data, length);
		text = base64url_encode(arena, data, length);
		assert_true(base64url_decode(arena, text, strlen(text), &bytes));
		assert_memory_equal(bytes.data, data, length);
		assert_true(hex_decode(arena, hex_encode(arena, data, length), &bytes));
		assert_int_equal(bytes.length, length);
		assert_memory_equal(bytes.data, data, length);
	}
}

static void
sha256_is_as_fips_180_shows_it(void **state)
{
	uint8_t hash[SHA256_SIZE];

	(void)state;
	for (int again = 0; again < 2; again++) {
		sha256("abc", 3, hash);
		assert_string_equal(hex_encode(arena, hash, sizeof(hash)),
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
		sha256(NULL, 0, hash);
		assert_string_equal(hex_encode(arena, hash, sizeof(hash)),
		    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	}
}

static void
hmac_is_as_rfc_4231_shows_it(void **state)
{
	uint8_t mac[SHA256_SIZE], key[131];

	(void)state;
	hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac);
	assert_string_equal(
	    hex_encode(arena, mac, sizeof(mac)), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	hmac_sha256(key, sizeof(key), "Test Using Larger Than Block-Size Key - Hash Key First", 54, mac);
	assert_string_equal(
	    hex_encode(arena, mac, sizeof(mac)), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	/* An empty key after another one is an empty key. */
	hmac_sha256(NULL, 0, NULL, 0, mac);
	assert_string_equal(
	    hex_encode(arena, mac, sizeof(mac)), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void
derived_keys_are_as_rfc_5869_shows_them(void **state)
{
	uint8_t secret[22], key[42], other[42];

	(void)state;
	memset(secret, 0x0b, sizeof(secret));
	derive_key(secret, sizeof(secret), "", key, sizeof(key));
	assert_string_equal(hex_encode(arena, key, sizeof(key)),
	    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
	derive_key(secret, sizeof(secret), "cursor", other, sizeof(other));
	assert_memory_not_equal(key, other, sizeof(key));
}

static void
hash64_is_siphash(void **state)
{
	static const uint64_t vectors[] = { 0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a,
		0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d, 0xcbc9466e58fee3ce, 0xab0200f58b01d137,
		0x93f5f5799a932462 };
	uint8_t key[16], data[64];

	(void)state;
	for (uint8_t i = 0; i < 64; i++)
		data[i] = i;
	memcpy(key, data, sizeof(key));
	for (size_t length = 0; length < COUNT(vectors); length++)
		assert_true(hash64(key, data, length) == vectors[length]);
	assert_true(hash64(key, data, 15) == 0xa129ca6149be45e5);
}

/* OpenSSL's SipHash is the judge of lengths and keys that no vector shows. */
static void
hash64_agrees_with_openssl(void **state)
{
	EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "SIPHASH", NULL);
	EVP_MAC_CTX *context = EVP_MAC_CTX_new(algorithm);
	unsigned int size = 8;
	OSSL_PARAM parameters[] = { OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end() };
	uint8_t key[16], data[300], mac[8];
	uint64_t hash, expected;
	size_t written;

	(void)state;
	assert_int_equal(EVP_MAC_CTX_set_params(context, parameters), 1);
	for (size_t length = 0; length < sizeof(data); length++) {
		env_random(&env_system, key, sizeof(key));
		env_random(&env_system, data, length);
		assert_int_equal(EVP_MAC_init(context, key, sizeof(key), parameters), 1);
		assert_int_equal(EVP_MAC_update(context, data, length), 1);
		assert_int_equal(EVP_MAC_final(context, mac, &written, sizeof(mac)), 1);
		hash = hash64(key, data, length);
		expected = 0;
		for (int i = 7; i >= 0; i--)
			expected = expected << 8 | mac[i];
		assert_true(hash == expected);
	}
	EVP_MAC_CTX_free(context);
	EVP_MAC_free(algorithm);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_is_as_rfc_4648_shows_it),
		cmocka_unit_test(one_value_has_one_text),
		cmocka_unit_test(what_is_encoded_is_decoded_to_the_same),
		cmocka_unit_test(sha256_is_as_fips_180_shows_it),
		cmocka_unit_test(hmac_is_as_rfc_4231_shows_it),
		cmocka_unit_test(derived_keys_are_as_rfc_5869_shows_them),
		cmocka_unit_test(hash64_is_siphash),
		cmocka_unit_test(hash64_agrees_with_openssl),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
