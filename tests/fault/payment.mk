check_PROGRAMS += tests/fault/payment_test
tests_fault_payment_test_SOURCES = tests/fault/payment_test.c tests/fault/payers.c tests/fault/payers.h tests/fault/fault.h \
	tests/api/money.c tests/api/money.h
tests_fault_payment_test_LDADD = $(KIT)
