check_PROGRAMS += tests/fuzz/token_fuzz
tests_fuzz_token_fuzz_SOURCES = tests/fuzz/token_fuzz.c $(FUZZ_MAIN)
tests_fuzz_token_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_token_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/network_fuzz
tests_fuzz_network_fuzz_SOURCES = tests/fuzz/network_fuzz.c $(FUZZ_MAIN)
tests_fuzz_network_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_network_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
