check_PROGRAMS += tests/core/ledger_test
tests_core_ledger_test_SOURCES = tests/core/ledger_test.c
tests_core_ledger_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)
