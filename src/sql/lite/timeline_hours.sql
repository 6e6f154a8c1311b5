-- timeline_hours: every hour of a span with the jobs created in it and the dead letters made in it.
-- $1 hours back, $2 start of the window, $3 dead letters looked at, at most, $4 the window is the
-- whole table.
-- Rows: struct timeline_bucket.
WITH RECURSIVE clock AS MATERIALIZED (
    SELECT now() / 3600000000 AS last
), begin AS MATERIALIZED (
    SELECT (last - $1) * 3600000000 AS first,
           max((last - $1) * 3600000000, coalesce(@window_since($2, $4), 0)) AS since
      FROM clock
), hours (n) AS (
    SELECT last - $1 FROM clock
    UNION ALL
    SELECT n + 1 FROM hours WHERE n < (SELECT last FROM clock)
), job AS MATERIALIZED (
    SELECT created_at / 3600000000 AS n, count(*) AS n_jobs,
           count(*) FILTER (WHERE status = 'done') AS n_done
      FROM soniq_jobs
     WHERE rowid >= CAST($2 AS INTEGER)
       AND created_at >= (SELECT since FROM begin)
       AND created_at < (SELECT last + 1 FROM clock) * 3600000000
     GROUP BY 1
), dead AS MATERIALIZED (
    SELECT at / 3600000000 AS n, count(*) AS n_dead
      FROM (SELECT moved_to_dead_letter_at AS at
              FROM soniq_dead_letter_jobs
             WHERE moved_to_dead_letter_at >= (SELECT since FROM begin)
               AND moved_to_dead_letter_at < (SELECT last + 1 FROM clock) * 3600000000
             ORDER BY moved_to_dead_letter_at DESC
             LIMIT $3)
     GROUP BY 1
)
SELECT h.n * 3600000000 AS hour, coalesce(job.n_jobs, 0) AS total_jobs,
       coalesce(job.n_done, 0) AS completed, coalesce(dead.n_dead, 0) AS dead_letter,
       (SELECT since FROM begin WHERE since > first) AS covered_from,
       (SELECT coalesce(sum(n_dead), 0) FROM dead) >= $3 AS is_capped
  FROM hours AS h
  LEFT JOIN job ON job.n = h.n
  LEFT JOIN dead ON dead.n = h.n
 ORDER BY h.n;
