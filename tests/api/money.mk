MONEY = tests/api/money.c tests/api/money.h
PAYMENT_KIT = tests/api/payment_kit.c tests/api/payment_kit.h $(MONEY)
WALLET_KIT = tests/api/wallet_kit.c tests/api/wallet_kit.h

check_PROGRAMS += tests/api/payment_test
tests_api_payment_test_SOURCES = tests/api/payment_test.c $(PAYMENT_KIT)
tests_api_payment_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/payment_convert_test
tests_api_payment_convert_test_SOURCES = tests/api/payment_convert_test.c $(WALLET_KIT) $(PAYMENT_KIT)
tests_api_payment_convert_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/payment_hold_test
tests_api_payment_hold_test_SOURCES = tests/api/payment_hold_test.c $(PAYMENT_KIT)
tests_api_payment_hold_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/payment_list_test
tests_api_payment_list_test_SOURCES = tests/api/payment_list_test.c $(WALLET_KIT) $(PAYMENT_KIT)
tests_api_payment_list_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/payment_refund_test
tests_api_payment_refund_test_SOURCES = tests/api/payment_refund_test.c $(WALLET_KIT) $(PAYMENT_KIT)
tests_api_payment_refund_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/wallet_test
tests_api_wallet_test_SOURCES = tests/api/wallet_test.c $(WALLET_KIT)
tests_api_wallet_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/wallet_currency_test
tests_api_wallet_currency_test_SOURCES = tests/api/wallet_currency_test.c $(WALLET_KIT)
tests_api_wallet_currency_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/wallet_movement_test
tests_api_wallet_movement_test_SOURCES = tests/api/wallet_movement_test.c $(WALLET_KIT)
tests_api_wallet_movement_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/conversion_test
tests_api_conversion_test_SOURCES = tests/api/conversion_test.c $(WALLET_KIT)
tests_api_conversion_test_LDADD = $(KIT)
