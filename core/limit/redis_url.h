/* redis_url.h -- where Redis is: `unix:/path` or `redis://[[user]:password@]host[:port][/db]`. */
#ifndef STOA_LIMIT_REDIS_URL_H
#define STOA_LIMIT_REDIS_URL_H

#include <stdbool.h>

struct redis_url {
	char path[108]; /* "": over TCP */
	char host[256];
	int port;
	char user[64];
	char password[256];
	char database[8];
};

bool redis_url_parse(const char *text, struct redis_url *url_r);

#endif
