libstoa_a_SOURCES += core/json/check.h
libstoa_a_SOURCES += core/json/write.h
