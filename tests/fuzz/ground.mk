check_PROGRAMS += tests/fuzz/ini_fuzz
tests_fuzz_ini_fuzz_SOURCES = tests/fuzz/ini_fuzz.c $(FUZZ_MAIN)
tests_fuzz_ini_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_ini_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/base64_fuzz
tests_fuzz_base64_fuzz_SOURCES = tests/fuzz/base64_fuzz.c $(FUZZ_MAIN)
tests_fuzz_base64_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_base64_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
