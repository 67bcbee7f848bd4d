stoad_SOURCES += handlers/party/party.c
