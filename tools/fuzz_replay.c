/* fuzz_replay.c -- a main for a fuzz harness that feeds it files: the corpus, or a finding. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const size_t INPUT_MAX = 1 << 20;

/* A copy of exactly the right size, so that AddressSanitizer sees a read past its end. */
static void feed(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = calloc(1, n > 0 ? n : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static int feed_file(const char *path, uint8_t *room)
{
	FILE *file = fopen(path, "rb");

	if (!file) {
		perror(path);
		return 1;
	}
	feed(room, fread(room, 1, INPUT_MAX, file));
	fclose(file);
	return 0;
}

static int feed_folder(const char *path, uint8_t *room, size_t *n_fed)
{
	struct dirent **names = NULL;
	int n = scandir(path, &names, NULL, alphasort);
	int failed = 0;

	for (int i = 0; i < n; i++) {
		char name[4096];

		snprintf(name, sizeof(name), "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.') {
			failed |= feed_file(name, room);
			++*n_fed;
		}
		free(names[i]);
	}
	free(names);
	return failed;
}

int main(int argc, char **argv)
{
	uint8_t *room = calloc(1, INPUT_MAX);
	size_t n_fed = 0;
	int failed = 0;

	if (!room)
		return 1;
	feed(room, 0);
	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode)) {
			failed |= feed_folder(argv[i], room, &n_fed);
		} else {
			failed |= feed_file(argv[i], room);
			n_fed++;
		}
	}
	free(room);
	printf("%zu inputs\n", n_fed);
	return failed || n_fed == 0;
}
