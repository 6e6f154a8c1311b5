/* export_file.h -- where the exports of commands go: a file, or the standard output. */
#ifndef CLI_EXPORT_FILE_H
#define CLI_EXPORT_FILE_H

#include "cli/cli.h"
#include "export/export.h"

/* Takes:  output  "-": the standard output, unless it is a terminal. A file appears under its
 *                 name when it is whole, readable by its owner alone, and its name is printed; a
 *                 pipe or a device is written to.
 * Errors: those of cli_store and export_run; INVALID  a terminal; UNAVAILABLE  it cannot be
 *         written */
enum err_code export_to(struct cli *cli, const char *output, const struct export_want *want,
			struct err *err) MUST_CHECK;

#endif
