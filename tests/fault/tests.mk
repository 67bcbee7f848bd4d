check_PROGRAMS += tests/fault/postgres_test
tests_fault_postgres_test_SOURCES = tests/fault/postgres_test.c tests/fault/fault.h
tests_fault_postgres_test_LDADD = $(KIT)

check_PROGRAMS += tests/fault/database_test
tests_fault_database_test_SOURCES = tests/fault/database_test.c tests/fault/fault.h
tests_fault_database_test_LDADD = $(KIT)

check_PROGRAMS += tests/fault/redis_test
tests_fault_redis_test_SOURCES = tests/fault/redis_test.c tests/fault/fault.h
tests_fault_redis_test_LDADD = $(KIT)

check_PROGRAMS += tests/fault/restart_test
tests_fault_restart_test_SOURCES = tests/fault/restart_test.c tests/fault/fault.h
tests_fault_restart_test_LDADD = $(KIT)

check_PROGRAMS += tests/fault/sealer_test
tests_fault_sealer_test_SOURCES = tests/fault/sealer_test.c tests/fault/fault.h
tests_fault_sealer_test_LDADD = $(KIT)

check_PROGRAMS += tests/fault/auth_refresh_test
tests_fault_auth_refresh_test_SOURCES = tests/fault/auth_refresh_test.c $(AUTH_KIT)
tests_fault_auth_refresh_test_LDADD = $(KIT)

check_PROGRAMS += tests/fault/client_test
tests_fault_client_test_SOURCES = tests/fault/client_test.c tests/fault/fault.h
tests_fault_client_test_LDADD = $(KIT)
check_PROGRAMS += tests/fault/auth_overload_test
tests_fault_auth_overload_test_SOURCES = tests/fault/auth_overload_test.c $(AUTH_KIT)
tests_fault_auth_overload_test_LDADD = $(KIT)

check_PROGRAMS += tests/fault/erase_test
tests_fault_erase_test_SOURCES = tests/fault/erase_test.c $(AUTH_KIT)
tests_fault_erase_test_LDADD = $(KIT)
