/* api_key.h -- keys for programs, and the services that programs are. */
#ifndef STOA_HANDLERS_AUTH_API_KEY_H
#define STOA_HANDLERS_AUTH_API_KEY_H

#include "core/web/page.h"
#include "core/web/route.h"

handler_function api_key_list, api_key_create, api_key_end;                  /* api_key.c */
handler_function service_key_list, service_key_create, service_key_end;      /* api_key.c */
handler_function service_list, service_show, service_create, service_remove; /* service.c */

extern const struct page_key api_keys_newest_first[], services_newest_first[];

struct new_api_key {
	const char *name;
	const struct texts *scopes;
	const struct instant *expires_at;
};
extern const struct shape new_api_key_shape;
extern const struct shape api_key_shape; /* of a page's row */

struct made_api_key {
	struct uuid id;
	const char *key, *name, *prefix;
	struct texts scopes;
	struct instant created_at;
	const struct instant *expires_at;
};
extern const struct shape made_api_key_shape;

struct new_service {
	const char *name;
};
extern const struct shape new_service_shape;
extern const struct shape service_shape; /* of a page's row */

#endif
