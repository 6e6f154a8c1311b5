-- x_prune_count: about how many attempts there are, without counting them.
-- Rows: struct number.
--
-- Rows are added at the end, and the oldest are deleted first.
SELECT coalesce((SELECT max(rowid) FROM soniq_x_attempts)
                - (SELECT min(rowid) FROM soniq_x_attempts) + 1, 0) AS n;
