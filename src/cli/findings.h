/* findings.h -- what the rules found, for people and scripts. */
#ifndef CLI_FINDINGS_H
#define CLI_FINDINGS_H

#include "cli/cli.h"
#include "rules/finding.h"

/* Each as a marked line, below it the evidence, what to do and the command line for that. */
void print_findings(struct cli *cli, const struct list *findings);

#endif
