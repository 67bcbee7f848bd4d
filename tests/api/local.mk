# The kit that every test of the API stands on.
check_LIBRARIES += tests/api/libkit.a
tests_api_libkit_a_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
tests_api_libkit_a_SOURCES = \
	tests/api/kit/call.c \
	tests/api/kit/fastcgi.c \
	tests/api/kit/given.c \
	tests/api/kit/house.c \
	tests/api/kit/house.h \
	tests/api/kit/load.c \
	tests/api/kit/load.h \
	tests/api/kit/platform.c \
	tests/api/kit/platform.h \
	tests/api/kit/platform_part.h \
	tests/api/kit/platform_server.c \
	tests/api/kit/raw.c \
	tests/api/kit/raw.h \
	tests/api/kit/reference.c \
	tests/api/kit/then.c \
	tests/api/kit/world.c \
	tests/api/kit/world.h
KIT = tests/api/libkit.a $(LIBSTOA) $(CMOCKA_LIBS)

# A second stoad with the sample area: what core does for every area is tested against it.
EXTRA_PROGRAMS += tests/api/stoad-sample
check_DATA += tests/api/stoad-sample
tests_api_stoad_sample_SOURCES = \
	handlers/stoad.c \
	tests/api/sample/house.c \
	tests/api/sample/note.c \
	tests/api/sample/sample.c \
	tests/api/sample/sample.h \
	tests/api/sample/shapes.c \
	tests/api/sample/trouble.c
nodist_tests_api_stoad_sample_SOURCES = tests/api/sample/queries.c tests/api/sample/queries.h
tests_api_stoad_sample_LDADD = librooms.a $(LIBSTOA)
BUILT_SOURCES += tests/api/sample/queries.c tests/api/sample/queries.h
CLEANFILES += tests/api/sample/queries.c tests/api/sample/queries.h

check_PROGRAMS += tests/api/ops_test
tests_api_ops_test_SOURCES = tests/api/ops_test.c
tests_api_ops_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/input_test
tests_api_input_test_SOURCES = tests/api/input_test.c
tests_api_input_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/sample_test
tests_api_sample_test_SOURCES = tests/api/sample_test.c
tests_api_sample_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/idempotency_test
tests_api_idempotency_test_SOURCES = tests/api/idempotency_test.c
tests_api_idempotency_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/limit_test
tests_api_limit_test_SOURCES = tests/api/limit_test.c
tests_api_limit_test_LDADD = $(KIT)

AUTH_KIT = tests/api/auth_kit.c tests/api/auth_kit.h
check_PROGRAMS += tests/api/auth_sign_in_test
tests_api_auth_sign_in_test_SOURCES = tests/api/auth_sign_in_test.c $(AUTH_KIT)
tests_api_auth_sign_in_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/totp_test
tests_api_totp_test_SOURCES = tests/api/totp_test.c $(AUTH_KIT)
tests_api_totp_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/oauth_test
tests_api_oauth_test_SOURCES = tests/api/oauth_test.c tests/api/provider_kit.c tests/api/provider_kit.h $(AUTH_KIT)
tests_api_oauth_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/provider_test
tests_api_provider_test_SOURCES = tests/api/provider_test.c tests/api/provider_kit.c tests/api/provider_kit.h $(AUTH_KIT)
tests_api_provider_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/introspect_test
tests_api_introspect_test_SOURCES = tests/api/introspect_test.c $(AUTH_KIT)
tests_api_introspect_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/api_key_test
tests_api_api_key_test_SOURCES = tests/api/api_key_test.c $(AUTH_KIT)
tests_api_api_key_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/audit_test
tests_api_audit_test_SOURCES = tests/api/audit_test.c
tests_api_audit_test_LDADD = $(KIT)
check_PROGRAMS += tests/api/auth_sign_up_test
tests_api_auth_sign_up_test_SOURCES = tests/api/auth_sign_up_test.c $(AUTH_KIT)
tests_api_auth_sign_up_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/auth_user_test
tests_api_auth_user_test_SOURCES = tests/api/auth_user_test.c $(AUTH_KIT)
tests_api_auth_user_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/authorization_test
tests_api_authorization_test_SOURCES = tests/api/authorization_test.c
tests_api_authorization_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/session_test
tests_api_session_test_SOURCES = tests/api/session_test.c
tests_api_session_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/client_test
tests_api_client_test_SOURCES = tests/api/client_test.c
tests_api_client_test_LDADD = $(KIT)

SUBSCRIPTION_KIT = tests/api/subscription_kit.c tests/api/subscription_kit.h
check_PROGRAMS += tests/api/subscription_plan_test
tests_api_subscription_plan_test_SOURCES = tests/api/subscription_plan_test.c $(SUBSCRIPTION_KIT)
tests_api_subscription_plan_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/subscription_passing_test
tests_api_subscription_passing_test_SOURCES = tests/api/subscription_passing_test.c $(SUBSCRIPTION_KIT)
tests_api_subscription_passing_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/subscription_reading_test
tests_api_subscription_reading_test_SOURCES = tests/api/subscription_reading_test.c $(SUBSCRIPTION_KIT)
tests_api_subscription_reading_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/cors_test
tests_api_cors_test_SOURCES = tests/api/cors_test.c
tests_api_cors_test_LDADD = $(KIT)

# With the route tables of the whole house.
WALL_THINGS = tests/api/wall_things.c tests/api/wall_things.h tests/api/wall.def
check_PROGRAMS += tests/api/wall_test
tests_api_wall_test_SOURCES = tests/api/wall_test.c $(WALL_THINGS)
tests_api_wall_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(KIT)
tests_api_wall_test_DEPENDENCIES = handlers/house.$(OBJEXT) librooms.a tests/api/libkit.a libstoa.a
check_PROGRAMS += tests/api/flush_test
tests_api_flush_test_SOURCES = tests/api/flush_test.c $(WALL_THINGS) tests/api/wallet_kit.c tests/api/wallet_kit.h \
	tests/api/money.h
tests_api_flush_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(KIT)
tests_api_flush_test_DEPENDENCIES = handlers/house.$(OBJEXT) librooms.a tests/api/libkit.a libstoa.a
check_PROGRAMS += tests/api/auth_console_test
tests_api_auth_console_test_SOURCES = tests/api/auth_console_test.c $(AUTH_KIT)
tests_api_auth_console_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/audit_verify_test
tests_api_audit_verify_test_CPPFLAGS = $(AM_CPPFLAGS) -DTOP_SRCDIR='"$(abs_top_srcdir)"'
tests_api_audit_verify_test_SOURCES = tests/api/audit_verify_test.c
tests_api_audit_verify_test_LDADD = $(KIT)
EXTRA_DIST += tests/api/audit_verify.mjs
check_PROGRAMS += tests/api/audit_routes_test
tests_api_audit_routes_test_SOURCES = tests/api/audit_routes_test.c
tests_api_audit_routes_test_LDADD = handlers/house.$(OBJEXT) librooms.a $(KIT)
tests_api_audit_routes_test_DEPENDENCIES = handlers/house.$(OBJEXT) librooms.a tests/api/libkit.a libstoa.a

include tests/api/money.mk
check_PROGRAMS += tests/api/auth_proof_test
tests_api_auth_proof_test_SOURCES = tests/api/auth_proof_test.c $(AUTH_KIT)
tests_api_auth_proof_test_LDADD = $(KIT) -lm

check_PROGRAMS += tests/api/auth_setup_test
tests_api_auth_setup_test_SOURCES = tests/api/auth_setup_test.c $(AUTH_KIT)
tests_api_auth_setup_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/auth_erase_test
tests_api_auth_erase_test_SOURCES = tests/api/auth_erase_test.c $(AUTH_KIT)
tests_api_auth_erase_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/key_rotation_test
tests_api_key_rotation_test_SOURCES = tests/api/key_rotation_test.c $(AUTH_KIT)
tests_api_key_rotation_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/auth_jose_test
tests_api_auth_jose_test_SOURCES = tests/api/auth_jose_test.c $(AUTH_KIT)
tests_api_auth_jose_test_LDADD = $(KIT)
EXTRA_DIST += tests/api/node/README.md tests/api/node/package.json tests/api/node/package-lock.json tests/api/node/browser.js tests/api/node/honest.js tests/api/node/rogue.js tests/api/node/verify.js
clean-local:
	-rm -rf tests/api/node_modules.tmp
.PHONY: clean-local

ACCOUNT_KIT = tests/api/account_kit.c tests/api/account_kit.h tests/api/auth_kit.c tests/api/auth_kit.h
check_PROGRAMS += tests/api/account_test
tests_api_account_test_SOURCES = tests/api/account_test.c $(ACCOUNT_KIT)
tests_api_account_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/account_team_test
tests_api_account_team_test_SOURCES = tests/api/account_team_test.c $(ACCOUNT_KIT)
tests_api_account_team_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/agent_test
tests_api_agent_test_SOURCES = tests/api/agent_test.c $(ACCOUNT_KIT)
tests_api_agent_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/usage_test
tests_api_usage_test_SOURCES = tests/api/usage_test.c $(ACCOUNT_KIT)
tests_api_usage_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/profile_test
tests_api_profile_test_SOURCES = tests/api/profile_test.c $(ACCOUNT_KIT)
tests_api_profile_test_LDADD = $(KIT)

check_PROGRAMS += tests/api/rates_test
tests_api_rates_test_SOURCES = tests/api/rates_test.c
tests_api_rates_test_LDADD = librooms.a $(KIT)

EXTRA_DIST += tests/api/README.md tests/api/sample/README.md tests/api/sample/queries.sql tests/api/sample/schema.sql
