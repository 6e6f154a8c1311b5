-- x_read_waiting: by queue, the queued jobs that are due and those that are not, as far as a limit
-- goes, and since when one waits.
-- $1 rows counted at most, $2 queues at most, $3 characters of a name.
-- Rows: struct waiting_row.
--
-- All by soniq_x_jobs_wait (queue, scheduled_at NULLS FIRST, created_at, queued rows only): from
-- queue to queue, and of each its ends. A wait begins when the job could first have run; of those
-- with a moment the first 100 are looked at. Dates at infinity do not take part.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs
      WHERE status = 'queued' AND queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.status = 'queued' AND j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2::bigint
), named AS (
    SELECT q.queue,
           (SELECT count(*)
              FROM (SELECT 1 FROM soniq_jobs AS j
                     WHERE j.status = 'queued' AND j.queue = q.queue AND j.scheduled_at > now()
                     ORDER BY j.scheduled_at LIMIT $1::bigint) AS later) AS scheduled,
           (SELECT count(*)
              FROM (SELECT 1 FROM soniq_jobs AS j
                     WHERE j.status = 'queued' AND j.queue = q.queue AND j.scheduled_at IS NULL
                     LIMIT $1::bigint) AS at_once)
           + (SELECT count(*)
                FROM (SELECT 1 FROM soniq_jobs AS j
                       WHERE j.status = 'queued' AND j.queue = q.queue
                         AND j.scheduled_at <= now()
                       ORDER BY j.scheduled_at LIMIT $1::bigint) AS due) AS ready,
           least((SELECT j.created_at FROM soniq_jobs AS j
                   WHERE j.status = 'queued' AND j.queue = q.queue AND j.scheduled_at IS NULL
                     AND j.created_at > '-infinity' AND j.created_at < 'infinity'
                   ORDER BY j.created_at LIMIT 1),
                 (SELECT min(first.since)
                    FROM (SELECT greatest(j.scheduled_at, j.created_at) AS since
                            FROM soniq_jobs AS j
                           WHERE j.status = 'queued' AND j.queue = q.queue
                             AND j.scheduled_at > '-infinity' AND j.scheduled_at <= now()
                           ORDER BY j.scheduled_at LIMIT 100) AS first
                   WHERE isfinite(first.since))) AS since
      FROM step AS q
     WHERE q.queue IS NOT NULL
), unnamed AS (
    SELECT (SELECT count(*)
              FROM (SELECT 1 FROM soniq_jobs AS j
                     WHERE j.status = 'queued' AND j.queue IS NULL AND j.scheduled_at > now()
                     ORDER BY j.scheduled_at LIMIT $1::bigint) AS later) AS scheduled,
           (SELECT count(*)
              FROM (SELECT 1 FROM soniq_jobs AS j
                     WHERE j.status = 'queued' AND j.queue IS NULL AND j.scheduled_at IS NULL
                     LIMIT $1::bigint) AS at_once)
           + (SELECT count(*)
                FROM (SELECT 1 FROM soniq_jobs AS j
                       WHERE j.status = 'queued' AND j.queue IS NULL
                         AND j.scheduled_at <= now()
                       ORDER BY j.scheduled_at LIMIT $1::bigint) AS due) AS ready,
           least((SELECT j.created_at FROM soniq_jobs AS j
                   WHERE j.status = 'queued' AND j.queue IS NULL AND j.scheduled_at IS NULL
                     AND j.created_at > '-infinity' AND j.created_at < 'infinity'
                   ORDER BY j.created_at LIMIT 1),
                 (SELECT min(first.since)
                    FROM (SELECT greatest(j.scheduled_at, j.created_at) AS since
                            FROM soniq_jobs AS j
                           WHERE j.status = 'queued' AND j.queue IS NULL
                             AND j.scheduled_at > '-infinity' AND j.scheduled_at <= now()
                           ORDER BY j.scheduled_at LIMIT 100) AS first
                   WHERE isfinite(first.since))) AS since
)
SELECT left(queue, $3::integer) AS queue, ready, scheduled,
       CASE WHEN since IS NOT NULL
            THEN greatest(date_part('epoch', now() - since), 0) END AS oldest_waiting_seconds
  FROM named
UNION ALL
SELECT NULL, ready, scheduled,
       CASE WHEN since IS NOT NULL THEN greatest(date_part('epoch', now() - since), 0) END
  FROM unnamed
 WHERE ready + scheduled > 0;
