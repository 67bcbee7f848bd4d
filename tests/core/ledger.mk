check_PROGRAMS += tests/core/ledger_test
tests_core_ledger_test_SOURCES = tests/core/ledger_test.c $(OWNER_KIT)
tests_core_ledger_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/decide_test
tests_core_decide_test_SOURCES = tests/core/decide_test.c tests/core/decide_oracle.c tests/core/decide_oracle.h
tests_core_decide_test_LDADD = librooms.a $(LIBSTOA) $(CMOCKA_LIBS)
