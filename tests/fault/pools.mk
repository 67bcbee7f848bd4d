# The pools under faults.  The house they break is a program of its own: the real master and workers, its own routes.
noinst_PROGRAMS += tests/fault/test_house
tests_fault_test_house_SOURCES = tests/fault/test_house.c
tests_fault_test_house_LDADD = $(LIBSTOA)

POOLS_KIT = tests/fault/pools_kit.c tests/fault/pools_kit.h tests/fault/fastcgi_client.c tests/fault/fastcgi_client.h

check_PROGRAMS += tests/fault/pools_reload_test
tests_fault_pools_reload_test_SOURCES = tests/fault/pools_reload_test.c $(POOLS_KIT)
tests_fault_pools_reload_test_LDADD = $(CMOCKA_LIBS)

check_PROGRAMS += tests/fault/pools_growth_test
tests_fault_pools_growth_test_SOURCES = tests/fault/pools_growth_test.c $(POOLS_KIT)
tests_fault_pools_growth_test_LDADD = $(CMOCKA_LIBS)

check_PROGRAMS += tests/fault/pools_deadline_test
tests_fault_pools_deadline_test_SOURCES = tests/fault/pools_deadline_test.c $(POOLS_KIT)
tests_fault_pools_deadline_test_LDADD = $(CMOCKA_LIBS)

check_PROGRAMS += tests/fault/pools_death_test
tests_fault_pools_death_test_SOURCES = tests/fault/pools_death_test.c $(POOLS_KIT)
tests_fault_pools_death_test_LDADD = $(CMOCKA_LIBS)

check_PROGRAMS += tests/fault/pools_status_test
tests_fault_pools_status_test_SOURCES = tests/fault/pools_status_test.c $(POOLS_KIT)
tests_fault_pools_status_test_LDADD = $(CMOCKA_LIBS)

check_PROGRAMS += tests/fault/pools_socket_test
tests_fault_pools_socket_test_SOURCES = tests/fault/pools_socket_test.c $(POOLS_KIT)
tests_fault_pools_socket_test_LDADD = $(CMOCKA_LIBS)

check_PROGRAMS += tests/fault/pools_keeper_test
tests_fault_pools_keeper_test_SOURCES = tests/fault/pools_keeper_test.c $(POOLS_KIT)
tests_fault_pools_keeper_test_LDADD = $(CMOCKA_LIBS)

check_PROGRAMS += tests/fault/connections_test
tests_fault_connections_test_SOURCES = tests/fault/connections_test.c
tests_fault_connections_test_LDADD = $(CMOCKA_LIBS)
