check_PROGRAMS += tests/core/key_test
tests_core_key_test_SOURCES = tests/core/key_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_key_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/token_test
tests_core_token_test_SOURCES = tests/core/token_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_token_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/principal_test
tests_core_principal_test_SOURCES = tests/core/principal_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_principal_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)
