noinst_LIBRARIES += libstoa.a
libstoa_a_SOURCES =
nodist_libstoa_a_SOURCES =
LIBSTOA = libstoa.a $(LIBRARIES_LIBS)

include core/base/local.mk
include core/json/local.mk
include core/config/local.mk
include core/metric/local.mk
include core/db/local.mk
include core/trust/local.mk
include core/limit/local.mk
include core/web/local.mk
include core/work/local.mk
include core/net/local.mk
include core/pool/local.mk

EXTRA_DIST += core/README.md
