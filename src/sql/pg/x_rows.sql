-- x_rows: our tables, and about how many rows each has, where nobody tells their sizes.
-- Rows: struct history_table.
SELECT p.name, c.reltuples::bigint AS n_rows, NULL::bigint AS bytes
  FROM (VALUES ('soniq_x_attempts'), ('soniq_x_rollup'), ('soniq_x_gauge'), ('soniq_x_names'),
               ('soniq_x_delta'), ('soniq_x_state')) AS p (name)
  JOIN pg_class AS c ON c.oid = to_regclass(p.name);
