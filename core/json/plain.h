/* plain.h -- eight bytes of a string at a time; for the checker and the writer. */
#ifndef STOA_JSON_PLAIN_H
#define STOA_JSON_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Whether eight bytes are all plain: no quote, backslash, control character or part of a longer character.  Taking one
 * from a zero, or 0x20 from less, sets the byte's high bit; a borrow can only find too much, never too little. */
static inline bool
json_is_plain(const void *eight)
{
	uint64_t word, quote, slash;

	memcpy(&word, eight, 8);
	quote = word ^ EACH_BYTE('"');
	slash = word ^ EACH_BYTE('\\');
	return (((quote - EACH_BYTE(1)) | (slash - EACH_BYTE(1)) | (word - EACH_BYTE(0x20)) | word) &
		   EACH_BYTE(0x80)) == 0;
}

#endif
