# `scripts/stoa bench NAME` builds these and runs tests/bench/NAME_bench or tests/bench/NAME.sh.
BENCHES = tests/api/stoad-sample
BENCHES += tests/bench/lists_bench
BENCHES += tests/bench/auth_bench
BENCHES += tests/bench/bare_worker
BENCHES += tests/bench/choice_bench
BENCHES += tests/bench/http_bench
BENCHES += tests/bench/money_bench
BENCHES += tests/bench/size_bench
EXTRA_PROGRAMS += \
	tests/bench/lists_bench \
	tests/bench/auth_bench \
	tests/bench/bare_worker \
	tests/bench/choice_bench \
	tests/bench/http_bench \
	tests/bench/money_bench \
	tests/bench/size_bench
benches: $(BENCHES)
.PHONY: benches

FIGURES = tests/bench/figures.c tests/bench/figures.h
SCENE = $(FIGURES) tests/bench/cpu.c tests/bench/cpu.h tests/bench/scene.c tests/bench/scene.h

tests_bench_lists_bench_SOURCES = tests/bench/lists_bench.c $(FIGURES)
tests_bench_lists_bench_LDADD = handlers/house.$(OBJEXT) librooms.a $(KIT)
tests_bench_lists_bench_DEPENDENCIES = handlers/house.$(OBJEXT) librooms.a tests/api/libkit.a libstoa.a

tests_bench_choice_bench_SOURCES = tests/bench/choice_bench.c $(FIGURES)
tests_bench_choice_bench_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA)

tests_bench_auth_bench_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
tests_bench_auth_bench_SOURCES = tests/bench/auth_bench.c $(SCENE) $(AUTH_KIT)
tests_bench_auth_bench_LDADD = tests/api/libkit.a librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

tests_bench_http_bench_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
tests_bench_http_bench_SOURCES = tests/bench/http_bench.c $(SCENE)
tests_bench_http_bench_LDADD = $(KIT)

tests_bench_size_bench_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
tests_bench_size_bench_SOURCES = tests/bench/size_bench.c $(SCENE)
tests_bench_size_bench_LDADD = $(KIT)

tests_bench_money_bench_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
tests_bench_money_bench_SOURCES = $(FIGURES) tests/bench/money_bench.c tests/bench/money_bench.h tests/bench/money_history.c \
	tests/api/money.c tests/api/money.h
tests_bench_money_bench_LDADD = $(KIT)

tests_bench_bare_worker_SOURCES = tests/bench/bare_worker.c
tests_bench_bare_worker_LDADD = $(LIBRARIES_LIBS)

CLEANFILES += $(EXTRA_PROGRAMS)
EXTRA_DIST += tests/bench/README.md
EXTRA_DIST += tests/bench/accounts.sh
EXTRA_DIST += tests/bench/login.lua tests/bench/refresh.lua tests/bench/refresh.sql
EXTRA_DIST += tests/bench/pay.lua tests/bench/row_locked.sql
EXTRA_DIST += tests/bench/tokens.lua
EXTRA_DIST += tests/bench/up.sh
