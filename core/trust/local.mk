libstoa_a_SOURCES += core/trust/key.h
libstoa_a_SOURCES += core/trust/principal.h
libstoa_a_SOURCES += core/trust/secret.h
libstoa_a_SOURCES += core/trust/token.h
libstoa_a_SOURCES += core/trust/key.c
libstoa_a_SOURCES += core/trust/seal.c
libstoa_a_SOURCES += core/trust/secret.c
