-- type_list: by job name, the jobs created and the dead letters made in the last days.
-- $1 days, $2 start of the window, $3 dead letters looked at, at most, $4 names at most,
-- $5 characters of a name, $6 the window is the whole table.   Rows: struct type_stats.
--
-- Dates at or near infinity do not take part in the mean. No FULL JOIN before SQLite 3.39: both
-- sides are put below each other and summed.
WITH span AS MATERIALIZED (
    SELECT max(now() - $1 * 86400000000, coalesce(@window_since($2, $6), 0)) AS since
), newest AS MATERIALIZED (
    SELECT job_name, moved_to_dead_letter_at AS at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $3
), part AS (
    SELECT job_name, count(*) AS n,
           count(*) FILTER (WHERE status = 'done') AS n_done,
           count(*) FILTER (WHERE status = 'queued') AS n_queued,
           avg(max(updated_at - created_at, 0) / 1000.0)
               FILTER (WHERE status = 'done'
                         AND created_at BETWEEN -1000000000000000000 AND 1000000000000000000
                         AND updated_at BETWEEN -1000000000000000000 AND 1000000000000000000)
               AS mean,
           max(updated_at) FILTER (WHERE status = 'done'
                         AND updated_at BETWEEN -1000000000000000000 AND 1000000000000000000)
               AS last,
           NULL AS n_dead
      FROM soniq_jobs
     WHERE rowid >= CAST($2 AS INTEGER) AND created_at >= (SELECT since FROM span)
     GROUP BY job_name
    UNION ALL
    SELECT job_name, NULL, NULL, NULL, NULL,
           max(at) FILTER (WHERE at BETWEEN -1000000000000000000 AND 1000000000000000000),
           count(*)
      FROM newest
     GROUP BY job_name
)
SELECT substr(job_name, 1, $5) AS job_name,
       coalesce(max(n), max(n_dead)) AS total_count,
       coalesce(max(n_done), 0) AS completed_count,
       coalesce(max(n_dead), 0) AS dead_letter_count,
       coalesce(max(n_queued), 0) AS queued_count,
       max(mean) AS avg_processing_time_ms,
       max(last) AS last_run,
       (SELECT count(*) FROM newest) >= $3 AS is_capped
  FROM part
 GROUP BY part.job_name
 ORDER BY 2 DESC, 1
 LIMIT $4;
