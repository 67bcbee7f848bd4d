/*
 * page.h -- one page of a list.  Pages are found by key, so the last page of ten million rows costs what
 * the first does.  The cursor that leads to the next page is opaque, and signed over route, filters,
 * principal and key: one that was made for another list, or by hand, is refused.
 *
 *	static const struct page_key newest_first[] = {
 *		PAGE_KEY(struct session_page_row, created_at),
 *		PAGE_KEY(struct session_page_row, id),
 *		{ 0 },
 *	};
 */
#ifndef STOA_WEB_PAGE_H
#define STOA_WEB_PAGE_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/value.h"

struct problem;
struct request;

enum page_key_kind { PAGE_KEY_END, PAGE_KEY_UUID, PAGE_KEY_INSTANT, PAGE_KEY_INTEGER, PAGE_KEY_TEXT };

struct page_key {
	enum page_key_kind kind;
	size_t offset; /* in the row that the page's statement returns */
	size_t size;
};

/* It takes _Generic's lists apart. */
/* clang-format off */
#define PAGE_KEY(type, member) \
	{ _Generic(((type *)0)->member, struct uuid: PAGE_KEY_UUID, struct instant: PAGE_KEY_INSTANT, \
	    int64_t: PAGE_KEY_INTEGER, int32_t: PAGE_KEY_INTEGER, const char *: PAGE_KEY_TEXT), \
	  offsetof(type, member), sizeof(((type *)0)->member) }
/* clang-format on */

/* How many rows to ask for: what the client wants (1 to 100, 20 by default) and one more. */
int32_t page_limit(const struct request *req);
/* The key after which the page starts, column by column; `first` is what a first page passes. */
struct uuid page_uuid(const struct request *req, unsigned column, struct uuid first);
struct instant page_instant(const struct request *req, unsigned column, struct instant first);
int64_t page_integer(const struct request *req, unsigned column, int64_t first);
const char *page_text(const struct request *req, unsigned column, const char *first);

/* For the dispatcher: reads ?limit= and ?cursor=; 400 bad-cursor, 422 for a bad limit. */
const struct problem *page_open(struct request *req);
/* The cursor behind `row`. */
const char *page_cursor(struct request *req, const void *row);

#endif
