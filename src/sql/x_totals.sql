-- x_totals: what ever happened, of each queue and of each job name; by the order in which they
-- were first seen, so that a reader who takes the first ones always takes the same. Hence also
-- those to which nothing happened yet.
-- $1 names at most.   Rows: struct total.
SELECT n.kind, n.name, n.key = '*' AS is_others, coalesce(r.arrived, 0) AS arrived,
       coalesce(r.started, 0) AS started, coalesce(r.done, 0) AS done,
       coalesce(r.failed, 0) AS failed, coalesce(r.dead, 0) AS dead,
       coalesce(r.cancelled, 0) AS cancelled, coalesce(r.returned, 0) AS returned,
       coalesce(r.wait_us, 0) AS wait_us, coalesce(r.run_us, 0) AS run_us,
       coalesce(r.waits, '') AS waits, coalesce(r.runs, '') AS runs
  FROM soniq_x_names AS n
  LEFT JOIN soniq_x_rollup AS r ON r.name_id = n.id AND r.span = 0
 WHERE n.key <> '*' OR r.name_id IS NOT NULL
 ORDER BY n.id
 LIMIT $1;
