# One harness for each parser that reads what strangers send.  In an ordinary build each becomes a check program that
# replays its corpus, so a crash that was found once is a test for ever; with --enable-fuzz it searches:
#
#	./configure --enable-fuzz CC=clang && make tests/fuzz/json_fuzz
#	tests/fuzz/json_fuzz -max_total_time=60 tests/fuzz/corpus/json
#
# A block for a new one, in this file or in one that it includes:
#
#	check_PROGRAMS += tests/fuzz/json_fuzz
#	tests_fuzz_json_fuzz_SOURCES = tests/fuzz/json_fuzz.c $(FUZZ_MAIN)
#	tests_fuzz_json_fuzz_LDADD = $(LIBSTOA)
#	tests_fuzz_json_fuzz_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LINK)
if FUZZ
FUZZ_MAIN =
FUZZ_LINK = -fsanitize=fuzzer
else
FUZZ_MAIN = tests/fuzz/replay.c
FUZZ_LINK =
endif

include tests/fuzz/database.mk
include tests/fuzz/ground.mk
include tests/fuzz/tests.mk
include tests/fuzz/trust.mk
include tests/fuzz/web.mk

EXTRA_DIST += tests/fuzz/README.md tests/fuzz/corpus tests/fuzz/replay.c
