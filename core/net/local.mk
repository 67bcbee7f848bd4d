libstoa_a_SOURCES += core/net/http_client.h
