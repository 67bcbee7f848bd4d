/* page_part.h -- what reply.c and the checks at start need of pages; nobody outside core/web includes it. */
#ifndef STOA_WEB_PAGE_PART_H
#define STOA_WEB_PAGE_PART_H

#include "core/web/page.h"

#define PAGE_COLUMNS_MAX   4
#define PAGE_LIMIT_DEFAULT 20
#define PAGE_LIMIT_MAX     100

/* How many of the `count` rows are shown. */
size_t page_shown(const struct request *req, size_t count);
/* The Link header (RFC 8288) to the page behind `cursor`. */
const char *page_link(struct request *req, const char *cursor);
size_t page_columns(const struct page_key *keys);

#endif
