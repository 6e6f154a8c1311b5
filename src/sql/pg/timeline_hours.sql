-- timeline_hours: every hour of a span with the jobs created in it and the dead letters made in it.
-- $1 hours back, $2 start of the window, $3 dead letters looked at, at most, $4 the window is the
-- whole table.
-- Rows: struct timeline_bucket.
WITH begin AS (
    SELECT @window_since($2, $4) AS since
), span AS (
    SELECT date_trunc('hour', now() - $1::bigint * interval '1 hour', 'UTC') AS first,
           date_trunc('hour', now(), 'UTC') AS last
), job AS (
    SELECT date_trunc('hour', created_at, 'UTC') AS hour, count(*) AS n,
           count(*) FILTER (WHERE status = 'done') AS n_done
      FROM soniq_jobs
     WHERE ctid >= $2::tid
       AND created_at >= (SELECT greatest(first, since) FROM span, begin)
       AND created_at < (SELECT last + interval '1 hour' FROM span)
     GROUP BY 1
), dead AS (
    SELECT date_trunc('hour', picked.at, 'UTC') AS hour, count(*) AS n
      FROM (SELECT moved_to_dead_letter_at AS at
              FROM soniq_dead_letter_jobs
             WHERE moved_to_dead_letter_at >= (SELECT greatest(first, since) FROM span, begin)
               AND moved_to_dead_letter_at < (SELECT last + interval '1 hour' FROM span)
             ORDER BY moved_to_dead_letter_at DESC
             LIMIT $3::bigint) AS picked
     GROUP BY 1
)
SELECT h.hour, coalesce(job.n, 0) AS total_jobs, coalesce(job.n_done, 0) AS completed,
       coalesce(dead.n, 0) AS dead_letter,
       (SELECT since FROM begin, span WHERE since > first) AS covered_from,
       (SELECT coalesce(sum(n), 0) FROM dead) >= $3::bigint AS is_capped
  FROM span
 CROSS JOIN generate_series(span.first, span.last, interval '1 hour') AS h (hour)
  LEFT JOIN job ON job.hour = h.hour
  LEFT JOIN dead ON dead.hour = h.hour
 ORDER BY h.hour;
