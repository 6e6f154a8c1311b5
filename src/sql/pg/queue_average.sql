-- queue_average: mean time from created to finished by queue, of the jobs that finished last.
-- $1 rows looked at, at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- The newest by idx_soniq_jobs_expires_at, which for an even time to live is the order of
-- finishing. Done rows that have no expires_at are left out: no release of the Python project
-- writes such. Dates at or near infinity do not take part.
WITH newest AS (
    SELECT queue, status, created_at, updated_at
      FROM soniq_jobs
     WHERE expires_at IS NOT NULL
     ORDER BY expires_at DESC
     LIMIT $1::bigint
)
SELECT left(queue, $3::integer) AS queue,
       (avg(greatest(extract(epoch FROM updated_at - created_at), 0) * 1000)
           FILTER (WHERE created_at BETWEEN '0001-01-01 UTC' AND '9999-12-31 UTC'
                     AND updated_at BETWEEN '0001-01-01 UTC' AND '9999-12-31 UTC'))::float8
           AS avg_processing_time_ms,
       (SELECT count(*) FROM newest) >= $1::bigint AS is_sample
  FROM newest
 WHERE status = 'done'
 GROUP BY newest.queue
 LIMIT $2::bigint;
