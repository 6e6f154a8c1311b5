/* process.c -- what this process uses, as /proc tells it. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "metrics/metrics.h"

static int64_t resident_bytes(void)
{
	int64_t pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");
	if (!file)
		return I64_NULL;
	const int n = fscanf(file, "%*d %15" SCNd64, &pages);
	fclose(file);
	return n == 1 ? pages * sysconf(_SC_PAGESIZE) : I64_NULL;
}

/* The one that looks is not counted. */
static int64_t open_fds(void)
{
	int64_t n = 0;
	DIR *dir = opendir("/proc/self/fd");
	if (!dir)
		return I64_NULL;
	for (const struct dirent *entry; (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n - 1;
}

void metrics_process_read(struct metrics_process *ret)
{
	*ret = (struct metrics_process){
		.cpu = clock_cpu(),
		.resident_bytes = resident_bytes(),
		.open_fds = open_fds(),
	};
}
