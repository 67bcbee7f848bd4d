check_PROGRAMS += tests/core/key_test
tests_core_key_test_SOURCES = tests/core/key_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_key_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/token_test
tests_core_token_test_SOURCES = tests/core/token_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_token_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/principal_test
tests_core_principal_test_SOURCES = tests/core/principal_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_principal_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/limit_test
tests_core_limit_test_SOURCES = tests/core/limit_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_limit_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/exchange_test
tests_core_exchange_test_SOURCES = tests/core/exchange_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_exchange_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/net_test
tests_core_net_test_SOURCES = tests/core/net_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_net_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/http_kept_test
tests_core_http_kept_test_SOURCES = tests/core/http_kept_test.c tests/core/trust_kit.c tests/core/trust_kit.h
tests_core_http_kept_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/resolve_test
tests_core_resolve_test_SOURCES = tests/core/resolve_test.c
tests_core_resolve_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/session_test
tests_core_session_test_SOURCES = tests/core/session_test.c
tests_core_session_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/party_test
tests_core_party_test_SOURCES = tests/core/party_test.c $(OWNER_KIT)
tests_core_party_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/authorization_test
tests_core_authorization_test_SOURCES = tests/core/authorization_test.c $(OWNER_KIT)
tests_core_authorization_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/session_history_test
tests_core_session_history_test_SOURCES = tests/core/session_history_test.c $(OWNER_KIT)
tests_core_session_history_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/totp_test
tests_core_totp_test_SOURCES = tests/core/totp_test.c
tests_core_totp_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/password_test
tests_core_password_test_SOURCES = tests/core/password_test.c
tests_core_password_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)
