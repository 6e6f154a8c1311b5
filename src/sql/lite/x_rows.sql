-- x_rows: our tables, and about how many rows each has, where nobody tells their sizes.
-- Rows: struct history_table.
SELECT 'soniq_x_attempts' AS name, coalesce(max(rowid) - min(rowid) + 1, 0) AS n_rows,
       NULL AS bytes
  FROM soniq_x_attempts
UNION ALL
SELECT 'soniq_x_rollup', count(*), NULL FROM (SELECT 1 FROM soniq_x_rollup LIMIT 1000000)
UNION ALL
SELECT 'soniq_x_gauge', count(*), NULL FROM (SELECT 1 FROM soniq_x_gauge LIMIT 1000000)
UNION ALL
SELECT 'soniq_x_names', count(*), NULL FROM soniq_x_names
UNION ALL
SELECT 'soniq_x_delta', coalesce(max(rowid) - min(rowid) + 1, 0), NULL FROM soniq_x_delta
UNION ALL
SELECT 'soniq_x_state', count(*), NULL FROM soniq_x_state;
