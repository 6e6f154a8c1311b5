-- queue_average: mean time from created to finished by queue, of the jobs that finished last.
-- $1 rows looked at, at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- The newest by idx_soniq_jobs_expires_at, which for an even time to live is the order of
-- finishing. Done rows that have no expires_at are left out: no release of the Python project
-- writes such. Dates at or near infinity (beyond 30,000 years) do not take part.
WITH newest AS MATERIALIZED (
    SELECT queue, status, created_at, updated_at
      FROM soniq_jobs
     WHERE expires_at IS NOT NULL
     ORDER BY expires_at DESC
     LIMIT $1
)
SELECT substr(queue, 1, $3) AS queue,
       avg(max(updated_at - created_at, 0) / 1000.0)
           FILTER (WHERE created_at BETWEEN -1000000000000000000 AND 1000000000000000000
                     AND updated_at BETWEEN -1000000000000000000 AND 1000000000000000000)
           AS avg_processing_time_ms,
       (SELECT count(*) FROM newest) >= $1 AS is_sample
  FROM newest
 WHERE status = 'done'
 GROUP BY newest.queue
 LIMIT $2;
