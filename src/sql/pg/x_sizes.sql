-- x_sizes: our tables with their indexes, and about how many rows each has.
-- Rows: struct history_table.
SELECT p.name,
       CASE WHEN c.reltuples > 0 THEN c.reltuples::bigint
            WHEN pg_relation_size(c.oid) = 0 THEN 0 END AS n_rows,
       pg_total_relation_size(c.oid) AS bytes
  FROM (VALUES (1, 'soniq_x_attempts'), (2, 'soniq_x_rollup'), (3, 'soniq_x_gauge'),
               (4, 'soniq_x_names'), (5, 'soniq_x_delta'), (6, 'soniq_x_state'))
       AS p (place, name)
  JOIN pg_class AS c ON c.oid = to_regclass(p.name)
 ORDER BY p.place;
