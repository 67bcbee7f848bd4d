# What the schemas of clients and subscriptions promise, against a real PostgreSQL.
OWNER_KIT = tests/core/owner_kit.c tests/core/owner_kit.h

check_PROGRAMS += tests/core/client_pair_test
tests_core_client_pair_test_SOURCES = tests/core/client_pair_test.c $(OWNER_KIT)
tests_core_client_pair_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/subscription_choice_test
tests_core_subscription_choice_test_SOURCES = tests/core/subscription_choice_test.c $(OWNER_KIT)
tests_core_subscription_choice_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/subscription_term_test
tests_core_subscription_term_test_SOURCES = tests/core/subscription_term_test.c $(OWNER_KIT)
tests_core_subscription_term_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/account_search_test
tests_core_account_search_test_SOURCES = tests/core/account_search_test.c $(OWNER_KIT)
tests_core_account_search_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)
