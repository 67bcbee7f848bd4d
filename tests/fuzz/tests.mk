check_PROGRAMS += tests/fuzz/json_fuzz
tests_fuzz_json_fuzz_SOURCES = tests/fuzz/json_fuzz.c $(FUZZ_MAIN)
tests_fuzz_json_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_json_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/target_fuzz
tests_fuzz_target_fuzz_SOURCES = tests/fuzz/target_fuzz.c $(FUZZ_MAIN)
tests_fuzz_target_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_target_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/value_fuzz
tests_fuzz_value_fuzz_SOURCES = tests/fuzz/value_fuzz.c $(FUZZ_MAIN)
tests_fuzz_value_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_value_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/tags_fuzz
tests_fuzz_tags_fuzz_SOURCES = tests/fuzz/tags_fuzz.c $(FUZZ_MAIN)
tests_fuzz_tags_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_tags_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/chain_fuzz
tests_fuzz_chain_fuzz_SOURCES = tests/fuzz/chain_fuzz.c $(FUZZ_MAIN)
tests_fuzz_chain_fuzz_LDADD = librooms.a $(LIBSTOA)
tests_fuzz_chain_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
