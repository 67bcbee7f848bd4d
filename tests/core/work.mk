check_PROGRAMS += tests/core/bisect_test
tests_core_bisect_test_SOURCES = tests/core/bisect_test.c
tests_core_bisect_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/mail_test
tests_core_mail_test_SOURCES = tests/core/mail_test.c
tests_core_mail_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

WORK_WORLD = tests/core/work_world.c tests/core/work_world.h

check_PROGRAMS += tests/core/queue_test
tests_core_queue_test_SOURCES = tests/core/queue_test.c $(WORK_WORLD)
tests_core_queue_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/leader_test
tests_core_leader_test_SOURCES = tests/core/leader_test.c $(WORK_WORLD)
tests_core_leader_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)

check_PROGRAMS += tests/core/event_test
tests_core_event_test_SOURCES = tests/core/event_test.c $(WORK_WORLD)
tests_core_event_test_LDADD = $(LIBSTOA) $(CMOCKA_LIBS)
