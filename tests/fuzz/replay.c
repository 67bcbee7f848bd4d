/* replay.c -- the main of a harness in an ordinary build: runs each file of its corpus once. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX (1024 * 1024)

static void
replay(const char *folder, const char *name)
{
	static uint8_t input[INPUT_MAX];
	char path[8192];
	uint8_t *exact;
	FILE *file;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if ((file = fopen(path, "re")) == NULL)
		return;
	size = fread(input, 1, sizeof(input), file);
	fclose(file);
	/* Exactly as large as the input, so that a sanitizer sees a read past its end. */
	exact = malloc(size > 0 ? size : 1);
	memcpy(exact, input, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

/* "tests/fuzz/json_fuzz" reads tests/fuzz/corpus/json. */
int
main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argv[0];
	const char *source = getenv("srcdir") != NULL ? getenv("srcdir") : ".";
	const int length = (int)strcspn(name, "_");
	char folder[4096];
	struct dirent *entry;
	unsigned count = 0;
	DIR *corpus;

	(void)argc;
	snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%.*s", source, length, name);
	if ((corpus = opendir(folder)) == NULL) {
		fprintf(stderr, "%s: there is no corpus %s\n", name, folder);
		return 1;
	}
	while ((entry = readdir(corpus)) != NULL)
		if (*entry->d_name != '.') {
			replay(folder, entry->d_name);
			count++;
		}
	closedir(corpus);
	printf("%s: %u inputs replayed\n", name, count);
	return count > 0 ? 0 : 1;
}
