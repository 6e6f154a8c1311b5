-- queue_waiting: by queue, the queued jobs that are due, those that are not yet, the longest wait.
-- $1 rows looked at of a queue at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- From queue to queue as in stats_queues, whatever is in them: to those with queued jobs alone
-- SQLite without statistics goes by an index of the status, sorting every queued job for every
-- queue. A wait begins when the job could first have run; dates at infinity do not take part.
WITH RECURSIVE step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2
), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
     WHERE EXISTS (SELECT 1 FROM soniq_jobs WHERE status = 'queued' AND queue IS NULL)
), clock AS MATERIALIZED (
    SELECT now() AS at
), parts AS (
    SELECT q.queue,
           (SELECT count(*) FROM (SELECT 1 FROM soniq_jobs AS j
                                   WHERE j.queue IS q.queue AND j.status = 'queued'
                                   LIMIT $1)) AS n,
           (SELECT count(*) FROM (SELECT j.scheduled_at FROM soniq_jobs AS j
                                   WHERE j.queue IS q.queue AND j.status = 'queued'
                                   LIMIT $1)
             WHERE scheduled_at > (SELECT at FROM clock)) AS scheduled,
           (SELECT min(max(coalesce(scheduled_at, created_at), created_at))
              FROM (SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                     WHERE j.queue IS q.queue AND j.status = 'queued' LIMIT $1)
             WHERE coalesce(scheduled_at, 0) <= (SELECT at FROM clock)
               AND abs(max(coalesce(scheduled_at, created_at), created_at)) < 1000000000000000000)
               AS since
      FROM queues AS q
)
SELECT substr(queue, 1, $3) AS queue, n - scheduled AS ready, scheduled,
       max((SELECT at FROM clock) - since, 0) / 1e6 AS oldest_waiting_seconds,
       n >= $1 AS is_capped
  FROM parts;
