check_PROGRAMS += tests/fuzz/sql_fuzz
tests_fuzz_sql_fuzz_SOURCES = tests/fuzz/sql_fuzz.c $(FUZZ_MAIN)
tests_fuzz_sql_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_sql_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
