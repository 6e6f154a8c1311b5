-- x_prune_count: about how many attempts there are, without counting them.
-- Rows: struct number.
--
-- Of two estimates the lower one: what was analysed last, which deleting does not change, and
-- what the server has counted since, which can count twice what is analysed while it is added.
SELECT greatest(least(pg_stat_get_live_tuples(c.oid), c.reltuples::bigint), 0) AS n
  FROM pg_class AS c
 WHERE c.oid = 'soniq_x_attempts'::regclass;
