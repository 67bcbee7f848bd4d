libstoa_a_SOURCES += core/config/config.h
libstoa_a_SOURCES += core/config/option.def
libstoa_a_SOURCES += core/config/nginx.c
libstoa_a_SOURCES += core/config/nginx.h
libstoa_a_SOURCES += core/config/nginx_door.c
libstoa_a_SOURCES += core/config/nginx_file.c
