libstoa_a_SOURCES += core/net/http_client.h
libstoa_a_SOURCES += core/net/network.h
libstoa_a_SOURCES += core/net/network.c
