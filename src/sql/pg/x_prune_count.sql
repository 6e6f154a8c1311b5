-- x_prune_count: about how many attempts there are, without counting them.
-- Rows: struct number.
SELECT coalesce(pg_stat_get_live_tuples('soniq_x_attempts'::regclass), 0) AS n;
