-- stats_queues: live jobs by queue and status, each group counted up to a limit.
-- $1 rows counted of a group at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- Queues are found by jumping from one to the next in idx_soniq_jobs_queue_status, never by
-- DISTINCT.
WITH RECURSIVE step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n <= $2
), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL AND n <= $2
    UNION ALL
    SELECT NULL WHERE EXISTS (SELECT 1 FROM soniq_jobs WHERE queue IS NULL)
), counted AS (
    SELECT q.queue,
           (SELECT count(*) FROM (SELECT 1 FROM soniq_jobs AS j WHERE j.queue IS q.queue
                                     AND j.status = 'queued' LIMIT $1)) AS queued,
           (SELECT count(*) FROM (SELECT 1 FROM soniq_jobs AS j WHERE j.queue IS q.queue
                                     AND j.status = 'processing' LIMIT $1)) AS processing,
           (SELECT count(*) FROM (SELECT 1 FROM soniq_jobs AS j WHERE j.queue IS q.queue
                                     AND j.status = 'done' LIMIT $1)) AS done,
           (SELECT count(*) FROM (SELECT 1 FROM soniq_jobs AS j WHERE j.queue IS q.queue
                                     AND j.status = 'cancelled' LIMIT $1)) AS cancelled
      FROM queues AS q
)
SELECT substr(queue, 1, $3) AS queue, queued, processing, done, cancelled,
       max(queued, processing, done, cancelled) >= $1
           OR EXISTS (SELECT 1 FROM step WHERE n > $2 AND queue IS NOT NULL) AS is_capped
  FROM counted;
