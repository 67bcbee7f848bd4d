check_PROGRAMS += tests/core/web_shape_test
tests_core_web_shape_test_SOURCES = tests/core/web_shape_test.c tests/core/web_request.h
tests_core_web_shape_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_target_test
tests_core_web_target_test_SOURCES = tests/core/web_target_test.c
tests_core_web_target_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_header_test
tests_core_web_header_test_SOURCES = tests/core/web_header_test.c tests/core/web_request.h
tests_core_web_header_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_intake_test
tests_core_web_intake_test_SOURCES = tests/core/web_intake_test.c tests/core/web_request.h
tests_core_web_intake_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_route_test
tests_core_web_route_test_SOURCES = tests/core/web_route_test.c tests/core/web_request.h
tests_core_web_route_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_wait_test
tests_core_web_wait_test_SOURCES = tests/core/web_wait_test.c tests/core/web_request.h
tests_core_web_wait_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_page_test
tests_core_web_page_test_SOURCES = tests/core/web_page_test.c tests/core/web_request.h tests/core/web_keys.h
tests_core_web_page_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_dispatch_test
tests_core_web_dispatch_test_SOURCES = tests/core/web_dispatch_test.c tests/core/web_fakes.c tests/core/web_fakes.h \
	tests/core/web_request.h tests/core/web_keys.h
tests_core_web_dispatch_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_change_test
tests_core_web_change_test_SOURCES = tests/core/web_change_test.c tests/core/web_fakes.c tests/core/web_fakes.h \
	tests/core/web_request.h tests/core/web_keys.h
tests_core_web_change_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_audit_test
tests_core_web_audit_test_SOURCES = tests/core/web_audit_test.c tests/core/web_fakes.c tests/core/web_fakes.h \
	tests/core/web_request.h tests/core/web_keys.h
tests_core_web_audit_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/web_openapi_test
tests_core_web_openapi_test_SOURCES = tests/core/web_openapi_test.c
tests_core_web_openapi_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

# Needs PostgreSQL: skipped unless STOA_TEST_CONFIG names a running environment.
check_PROGRAMS += tests/core/web_database_test
tests_core_web_database_test_SOURCES = tests/core/web_database_test.c tests/core/web_request.h
tests_core_web_database_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)
