libstoa_a_SOURCES += core/pool/master.h
