check_PROGRAMS += tests/fuzz/shape_fuzz
tests_fuzz_shape_fuzz_SOURCES = tests/fuzz/shape_fuzz.c $(FUZZ_MAIN)
tests_fuzz_shape_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_shape_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/media_fuzz
tests_fuzz_media_fuzz_SOURCES = tests/fuzz/media_fuzz.c $(FUZZ_MAIN)
tests_fuzz_media_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_media_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)

check_PROGRAMS += tests/fuzz/intake_fuzz
tests_fuzz_intake_fuzz_SOURCES = tests/fuzz/intake_fuzz.c $(FUZZ_MAIN)
tests_fuzz_intake_fuzz_LDADD = $(LIBSTOA)
tests_fuzz_intake_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
