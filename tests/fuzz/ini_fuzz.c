/*
 * ini_fuzz.c -- any bytes as stoa.conf: every line is told as something, and each value that an option takes is printed
 * so that the option takes it again as the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/ini.h"
#include "core/config/option.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
judge_value(struct arena *arena, const struct option *option, const char *text)
{
	_Alignas(max_align_t) char value[64], again[64];
	const char *printed;

	if (!option_parse(arena, option, text, value))
		return;
	printed = option_print(arena, option, value);
	if (!option_parse(arena, option, printed, again) || !text_equal(option_print(arena, option, again), printed))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new();
	struct ini_line line;
	unsigned last = 0;
	struct ini ini;

	ini_init(&ini, arena, (const char *)data, size);
	while ((line = ini_next(&ini)).kind != INI_END) {
		if (line.line <= last || (line.kind == INI_FAULT) != (line.reason != NULL))
			abort();
		last = line.line;
		if (line.kind != INI_PAIR)
			continue;
		for (size_t i = 0; i < config_section_count; i++)
			for (size_t j = 0; j < config_sections[i].option_count; j++)
				judge_value(arena, &config_sections[i].options[j], line.value);
	}
	arena_free(arena);
	return 0;
}
