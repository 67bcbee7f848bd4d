check_PROGRAMS += tests/fuzz/token_fuzz
tests_fuzz_token_fuzz_SOURCES = tests/fuzz/token_fuzz.c $(FUZZ_MAIN)
tests_fuzz_token_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_token_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/network_fuzz
tests_fuzz_network_fuzz_SOURCES = tests/fuzz/network_fuzz.c $(FUZZ_MAIN)
tests_fuzz_network_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_network_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/issuer_fuzz
tests_fuzz_issuer_fuzz_SOURCES = tests/fuzz/issuer_fuzz.c $(FUZZ_MAIN)
tests_fuzz_issuer_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_issuer_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/credential_fuzz
tests_fuzz_credential_fuzz_SOURCES = tests/fuzz/credential_fuzz.c $(FUZZ_MAIN)
tests_fuzz_credential_fuzz_LDADD = librooms.a $(LIBSTOA)
tests_fuzz_credential_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
