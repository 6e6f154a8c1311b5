-- x_read_waiting: by queue, the queued jobs whose moment has come, as far as a limit goes, and how
-- long the one that waits longest has. Those whose moment is to come only where the limit is
-- reached: else they are what is left.
-- $1 rows counted of a queue at most, of either kind; $2 queues at most, $3 characters of a name.
-- Rows: struct waiting.
--
-- All by soniq_x_jobs_wait (queue, scheduled_at NULLS FIRST, created_at, queued rows only): from
-- queue to queue, and of each its two ends. Only a limit ends a walk, and what it took of other
-- queues is left out behind it: with a bound at the end of a queue the planner read all of it, by
-- another index, and sorted it; and a pair as the bound ends no scan with its second member. A
-- wait begins when the job could first have run. Dates at infinity do not take part in it: where
-- the first of those without a moment is one, the first 100 are looked at.
WITH RECURSIVE @queues_waiting($2)
SELECT left(q.queue, $3::integer) AS queue, due.n AS due, tail.n AS later,
       CASE WHEN least(head.since, due.since) IS NOT NULL
            THEN greatest(date_part('epoch', now() - least(head.since, due.since)), 0) END
           AS oldest_waiting_seconds
  FROM queues AS q
 CROSS JOIN LATERAL (
       SELECT CASE WHEN first.scheduled_at IS NOT NULL THEN NULL
                   WHEN isfinite(first.created_at) THEN first.created_at
                   ELSE (SELECT min(created_at) FILTER (WHERE isfinite(created_at))
                           FROM (SELECT j.queue, j.scheduled_at, j.created_at
                                   FROM soniq_jobs AS j
                                  WHERE j.status = 'queued' AND j.queue >= first.queue
                                  ORDER BY j.queue, j.scheduled_at NULLS FIRST, j.created_at
                                  LIMIT 100) AS picked
                          WHERE queue = first.queue AND scheduled_at IS NULL) END AS since
         FROM (SELECT 1) AS always
         LEFT JOIN (
              (SELECT j.queue, j.scheduled_at, j.created_at FROM soniq_jobs AS j
                WHERE j.status = 'queued' AND j.queue >= q.queue
                ORDER BY j.queue, j.scheduled_at NULLS FIRST, j.created_at LIMIT 1)
              UNION ALL
              (SELECT j.queue, j.scheduled_at, j.created_at FROM soniq_jobs AS j
                WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                ORDER BY j.queue, j.scheduled_at NULLS FIRST, j.created_at LIMIT 1)
              ) AS first ON first.queue IS NOT DISTINCT FROM q.queue) AS head
 CROSS JOIN LATERAL (
       SELECT count(*) AS n, min(since) FILTER (WHERE isfinite(since)) AS since
         FROM ((SELECT j.queue, j.scheduled_at,
                       greatest(j.scheduled_at, j.created_at) AS since
                  FROM soniq_jobs AS j
                 WHERE j.status = 'queued'
                   AND (j.queue, j.scheduled_at) >= (q.queue, '-infinity'::timestamptz)
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)
               UNION ALL
               (SELECT j.queue, j.scheduled_at, greatest(j.scheduled_at, j.created_at)
                  FROM soniq_jobs AS j
                 WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                   AND j.scheduled_at >= '-infinity'
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)) AS picked
        WHERE queue IS NOT DISTINCT FROM q.queue AND scheduled_at <= now()) AS due
 CROSS JOIN LATERAL (
       SELECT count(*) AS n
         FROM ((SELECT j.queue FROM soniq_jobs AS j
                 WHERE due.n >= $1::bigint AND j.status = 'queued'
                   AND (j.queue, j.scheduled_at) > (q.queue, now())
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)
               UNION ALL
               (SELECT j.queue FROM soniq_jobs AS j
                 WHERE due.n >= $1::bigint AND j.status = 'queued'
                   AND q.queue IS NULL AND j.queue IS NULL AND j.scheduled_at > now()
                 ORDER BY j.queue, j.scheduled_at NULLS FIRST LIMIT $1::bigint)) AS picked
        WHERE queue IS NOT DISTINCT FROM q.queue) AS tail;
