libstoa_a_SOURCES += core/db/db.h
libstoa_a_SOURCES += core/db/statement.h
EXTRA_DIST += scripts/sqlgen
