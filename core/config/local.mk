libstoa_a_SOURCES += core/config/config.h
libstoa_a_SOURCES += core/config/option.def
