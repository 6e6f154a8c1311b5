-- type_list: by job name, the jobs created and the dead letters made in the last days.
-- $1 days, $2 start of the window, $3 dead letters looked at, at most, $4 names at most,
-- $5 characters of a name, $6 the window is the whole table.   Rows: struct type_stats.
--
-- Dates at or near infinity do not take part in the mean.
WITH span AS (
    SELECT greatest(now() - $1::bigint * interval '1 day', @window_since($2, $6)) AS since
), job AS (
    SELECT job_name, count(*) AS n,
           count(*) FILTER (WHERE status = 'done') AS n_done,
           count(*) FILTER (WHERE status = 'queued') AS n_queued,
           avg(greatest(extract(epoch FROM updated_at - created_at), 0) * 1000)
               FILTER (WHERE status = 'done'
                         AND created_at BETWEEN '0001-01-01 UTC' AND '9999-12-31 UTC'
                         AND updated_at BETWEEN '0001-01-01 UTC' AND '9999-12-31 UTC') AS mean,
           max(updated_at) FILTER (WHERE status = 'done' AND isfinite(updated_at)) AS last
      FROM soniq_jobs
     WHERE ctid >= $2::tid AND created_at >= (SELECT since FROM span)
     GROUP BY job_name
), newest AS (
    SELECT job_name, moved_to_dead_letter_at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $3::bigint
), dead AS (
    SELECT job_name, count(*) AS n,
           max(moved_to_dead_letter_at) FILTER (WHERE isfinite(moved_to_dead_letter_at)) AS last
      FROM newest
     GROUP BY job_name
)
SELECT left(job_name, $5::integer) AS job_name,
       coalesce(job.n, dead.n, 0) AS total_count,
       coalesce(job.n_done, 0) AS completed_count,
       coalesce(dead.n, 0) AS dead_letter_count,
       coalesce(job.n_queued, 0) AS queued_count,
       job.mean::float8 AS avg_processing_time_ms,
       greatest(job.last, dead.last) AS last_run,
       (SELECT count(*) FROM newest) >= $3::bigint AS is_capped
  FROM job
  FULL JOIN dead USING (job_name)
 ORDER BY total_count DESC, job_name
 LIMIT $4::bigint;
