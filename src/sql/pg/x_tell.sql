-- x_tell: tell those that watch that the history has gone on.
SELECT pg_notify('soniq_x_change', '') AS told;
