/* sample.h -- what the files of this room share. */
#ifndef STOA_TESTS_API_SAMPLE_SAMPLE_H
#define STOA_TESTS_API_SAMPLE_SAMPLE_H

#include <stdint.h>

#include "core/web/route.h"

extern const struct area sample_area;

handler_function note_create, note_list, note_show, note_change, note_remove, note_publish, sample_note,
    sample_tally; /* note.c */
handler_function sample_still, sample_header, sample_big, sample_count, sample_slow, sample_hang,
    sample_crash; /* trouble.c */

/* shapes.c */
struct new_note {
	const char *text;
};
extern const struct shape new_note_shape;
extern const struct shape note_edit_shape;

struct note {
	struct uuid id;
	const char *text;
	int64_t version;
	struct instant created_at;
	const struct instant *published_at;
};
extern const struct shape note_shape;     /* of struct note */
extern const struct shape note_row_shape; /* of a page's row */

struct header_query {
	const char *name;
};
extern const struct shape header_query_shape;

struct big_query {
	int64_t bytes;
};
extern const struct shape big_query_shape;

struct slow_query {
	int64_t milliseconds;
};
extern const struct shape slow_query_shape;

struct counted {
	const char *text;
};
extern const struct shape counted_shape;

struct count {
	int64_t count;
};
extern const struct shape count_shape;

struct tally_query {
	int64_t sleep;
};
extern const struct shape tally_query_shape;
extern const struct shape tally_shape; /* of the row that note_tally gives */

#endif
