-- x_read_waiting: by queue, the queued jobs whose moment has come, as far as a limit goes, and how
-- long the one that waits longest has. Those whose moment is to come only where the limit is
-- reached: else they are what is left.
-- $1 rows counted of a queue at most, of either kind; $2 queues at most, $3 characters of a name.
-- Rows: struct waiting.
--
-- All by soniq_x_jobs_wait (queue, scheduled_at, created_at, queued rows only): from queue to
-- queue, where it is named, for without statistics an index of the status seems better and every
-- queued job would be sorted for every queue; and of each queue its ends. A wait begins when the
-- job could first have run; of those with a moment the first 100 are looked at. Dates at infinity
-- do not take part.
WITH RECURSIVE @queues_waiting($2), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
     WHERE EXISTS (SELECT 1 FROM soniq_jobs WHERE status = 'queued' AND queue IS NULL)
), clock AS MATERIALIZED (
    SELECT now() AS at
), counted AS (
    SELECT q.queue,
           (SELECT count(*)
              FROM (SELECT 1 FROM soniq_jobs AS j
                     WHERE j.queue IS q.queue AND j.status = 'queued'
                       AND j.scheduled_at <= (SELECT at FROM clock)
                     LIMIT $1)) AS due
      FROM queues AS q
), parts AS (
    SELECT q.queue, q.due,
           (SELECT count(*)
              FROM (SELECT 1 FROM soniq_jobs AS j
                     WHERE q.due >= $1 AND j.queue IS q.queue AND j.status = 'queued'
                       AND j.scheduled_at > (SELECT at FROM clock)
                     LIMIT $1)) AS later,
           (SELECT min(since)
              FROM (SELECT max(j.scheduled_at, j.created_at) AS since
                      FROM soniq_jobs AS j
                     WHERE j.queue IS q.queue AND j.status = 'queued'
                       AND j.scheduled_at > -1000000000000000000
                       AND j.scheduled_at <= (SELECT at FROM clock)
                     ORDER BY j.scheduled_at LIMIT 100)
             WHERE abs(since) < 1000000000000000000) AS due_since,
           (SELECT j.created_at FROM soniq_jobs AS j
             WHERE j.queue IS q.queue AND j.status = 'queued' AND j.scheduled_at IS NULL
               AND j.created_at > -1000000000000000000 AND j.created_at < 1000000000000000000
             ORDER BY j.created_at LIMIT 1) AS made_since
      FROM counted AS q
)
SELECT substr(queue, 1, $3) AS queue, due, later,
       max((SELECT at FROM clock)
           - min(coalesce(due_since, made_since), coalesce(made_since, due_since)), 0) / 1e6
           AS oldest_waiting_seconds
  FROM parts;
