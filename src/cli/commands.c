/* commands.c -- all commands, in the order in which help shows them. */
#include "cli/cli.h"

extern const struct command cmd_demo, cmd_dashboard, cmd_setup, cmd_migrate_status, cmd_status,
	cmd_inspect, cmd_job, cmd_dead_letter_list, cmd_dead_letter_replay,
	cmd_dead_letter_delete, cmd_dead_letter_cleanup, cmd_dead_letter_export, cmd_config,
	cmd_health, cmd_ready, cmd_completion, cmd_help;

const struct command *const commands[] = {
	&cmd_demo, &cmd_dashboard, &cmd_setup, &cmd_migrate_status, &cmd_status, &cmd_inspect, &cmd_job,
	&cmd_dead_letter_list, &cmd_dead_letter_replay, &cmd_dead_letter_delete,
	&cmd_dead_letter_cleanup, &cmd_dead_letter_export, &cmd_config, &cmd_health, &cmd_ready,
	&cmd_completion, &cmd_help, NULL,
};
