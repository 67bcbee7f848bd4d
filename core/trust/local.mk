libstoa_a_SOURCES += core/trust/key.h
libstoa_a_SOURCES += core/trust/principal.h
libstoa_a_SOURCES += core/trust/token.h
