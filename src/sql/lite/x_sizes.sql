-- x_sizes: our tables with their indexes, and about how many rows each has; where SQLite was
-- built with its dbstat table.
-- Rows: struct history_table.
WITH part (place, name, tree) AS (
    VALUES (1, 'soniq_x_attempts', 'soniq_x_attempts'),
           (1, 'soniq_x_attempts', 'soniq_x_attempts_job'),
           (1, 'soniq_x_attempts', 'soniq_x_attempts_ended'),
           (2, 'soniq_x_rollup', 'soniq_x_rollup'), (3, 'soniq_x_gauge', 'soniq_x_gauge'),
           (4, 'soniq_x_names', 'soniq_x_names'),
           (4, 'soniq_x_names', 'sqlite_autoindex_soniq_x_names_1'),
           (5, 'soniq_x_delta', 'soniq_x_delta'), (6, 'soniq_x_state', 'soniq_x_state')
)
SELECT p.name,
       CASE p.name
           WHEN 'soniq_x_attempts' THEN (SELECT coalesce(max(rowid) - min(rowid) + 1, 0)
                                           FROM soniq_x_attempts)
           WHEN 'soniq_x_rollup' THEN (SELECT count(*)
                                         FROM (SELECT 1 FROM soniq_x_rollup LIMIT 1000000))
           WHEN 'soniq_x_gauge' THEN (SELECT count(*)
                                        FROM (SELECT 1 FROM soniq_x_gauge LIMIT 1000000))
           WHEN 'soniq_x_names' THEN (SELECT count(*) FROM soniq_x_names)
           WHEN 'soniq_x_delta' THEN (SELECT coalesce(max(rowid) - min(rowid) + 1, 0)
                                        FROM soniq_x_delta)
           ELSE 1 END AS n_rows,
       sum(s.pgsize) AS bytes
  FROM part AS p
  JOIN dbstat AS s ON s.name = p.tree AND s.aggregate = 1
 GROUP BY p.place, p.name
 ORDER BY p.place;
