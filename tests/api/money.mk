MONEY = tests/api/money.c tests/api/money.h

check_PROGRAMS += tests/api/payment_test
tests_api_payment_test_SOURCES = tests/api/payment_test.c $(MONEY)
tests_api_payment_test_LDADD = $(KIT)
