-- x_totals: what ever happened, of each queue and of each job name; by the order in which they
-- were first seen, so that a reader who takes the first ones always takes the same.
-- $1 names at most.   Rows: struct total.
SELECT n.kind, n.name, n.key = '*' AS is_others, r.arrived, r.started, r.done, r.failed, r.dead,
       r.cancelled, r.returned, r.wait_us, r.run_us, r.waits, r.runs
  FROM soniq_x_names AS n
  JOIN soniq_x_rollup AS r ON r.name_id = n.id AND r.span = 0
 ORDER BY n.id
 LIMIT $1;
