/* findings.c -- findings in words: names of rows in them are made safe, like all text of rows. */
#include "cli/findings.h"

static enum mark mark_of(const struct finding *f)
{
	static const enum mark marks[] = { [FINDING_BAD] = MARK_ERROR,
					   [FINDING_WARN] = MARK_WARNING,
					   [FINDING_INFO] = MARK_INFO };

	return marks[f->rank];
}

static void print_finding(struct cli *cli, const struct finding *f)
{
	const char *title = visible(cli, f->title);

	/* What is no trouble has its moment in its words. */
	if (f->since == TIME_NULL || f->rank == FINDING_INFO)
		print_mark(cli, mark_of(f), "%s", title);
	else
		print_mark(cli, mark_of(f), "%s, since %s", title, when(cli, f->since));
	fprintf(cli->out, "  %s\n  %s\n", visible(cli, f->evidence), visible(cli, f->next));
	if (f->command.p)
		fprintf(cli->out, "  $ %s\n", visible(cli, f->command));
}

void print_findings(struct cli *cli, const struct list *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		print_finding(cli, LIST_AT(findings, struct finding, i));
}
