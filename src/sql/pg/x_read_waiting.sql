-- x_read_waiting: by queue, the queued jobs that are due and those that are not, as far as a limit
-- goes, and how long the one that waits longest has.
-- $1 rows counted of a queue at most, of either kind; $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- All by soniq_x_jobs_wait (queue, scheduled_at NULLS FIRST, created_at, queued rows only): from
-- queue to queue, and of each its two ends. Why pairs are compared is told in stats_queues: with
-- `=` a large queue was read and sorted. A wait begins when the job could first have run; of those
-- with a moment the first 100 are looked at. Dates at infinity do not take part.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs
      WHERE status = 'queued' AND queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.status = 'queued' AND j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2::bigint
), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
     WHERE EXISTS (SELECT 1 FROM soniq_jobs WHERE status = 'queued' AND queue IS NULL)
)
SELECT left(q.queue, $3::integer) AS queue, head.ready, tail.scheduled,
       CASE WHEN least(head.since, due.since) IS NOT NULL
            THEN greatest(date_part('epoch', now() - least(head.since, due.since)), 0) END
           AS oldest_waiting_seconds
  FROM queues AS q
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE scheduled_at IS NULL OR scheduled_at <= now()) AS ready,
              min(created_at) FILTER (WHERE scheduled_at IS NULL AND isfinite(created_at))
                  AS since
         FROM ((SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                 WHERE j.status = 'queued'
                   AND (j.queue, 0) >= (q.queue, 0) AND (j.queue, 0) <= (q.queue, 0)
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST, j.created_at
                 LIMIT $1::bigint)
               UNION ALL
               (SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                 WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST, j.created_at
                 LIMIT $1::bigint)) AS picked) AS head
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE scheduled_at > now()) AS scheduled
         FROM ((SELECT j.scheduled_at FROM soniq_jobs AS j
                 WHERE j.status = 'queued'
                   AND (j.queue, j.scheduled_at) > (q.queue, now())
                   AND (j.queue, j.scheduled_at) <= (q.queue, 'infinity'::timestamptz)
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)
               UNION ALL
               (SELECT j.scheduled_at FROM soniq_jobs AS j
                 WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                   AND j.scheduled_at > now()
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)) AS picked) AS tail
 CROSS JOIN LATERAL (
       SELECT min(since) FILTER (WHERE isfinite(since)) AS since
         FROM ((SELECT greatest(j.scheduled_at, j.created_at) AS since FROM soniq_jobs AS j
                 WHERE j.status = 'queued'
                   AND (j.queue, j.scheduled_at) > (q.queue, '-infinity'::timestamptz)
                   AND (j.queue, j.scheduled_at) <= (q.queue, now())
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT 100)
               UNION ALL
               (SELECT greatest(j.scheduled_at, j.created_at) FROM soniq_jobs AS j
                 WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                   AND j.scheduled_at > '-infinity' AND j.scheduled_at <= now()
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT 100)) AS picked) AS due;
