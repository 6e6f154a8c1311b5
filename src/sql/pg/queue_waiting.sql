-- queue_waiting: by queue, the queued jobs that are due, those that are not yet, the longest wait.
-- $1 rows looked at of a queue at most, $2 queues at most, $3 characters of a name.
-- Rows: struct queue_stats, in part.
--
-- Jumps through idx_soniq_jobs_queue_status_priority, which holds queued rows only; why pairs
-- are compared is told in stats_queues. A wait begins when the job could first have run; dates at
-- infinity do not take part.
WITH RECURSIVE @queues_waiting($2)
SELECT left(q.queue, $3::integer) AS queue, w.ready, w.scheduled,
       CASE WHEN w.since IS NOT NULL
            THEN greatest(extract(epoch FROM now() - w.since), 0) END AS oldest_waiting_seconds,
       w.n >= $1::bigint AS is_capped
  FROM queues AS q
 CROSS JOIN LATERAL (
       SELECT count(*) AS n,
              count(*) FILTER (WHERE scheduled_at IS NULL OR scheduled_at <= now()) AS ready,
              count(*) FILTER (WHERE scheduled_at > now()) AS scheduled,
              min(greatest(scheduled_at, created_at))
                  FILTER (WHERE (scheduled_at IS NULL OR scheduled_at <= now())
                            AND isfinite(greatest(scheduled_at, created_at))) AS since
         FROM ((SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                 WHERE j.status = 'queued'
                   AND (j.queue, 0) >= (q.queue, 0) AND (j.queue, 0) <= (q.queue, 0)
                 ORDER BY j.queue LIMIT $1::bigint)
               UNION ALL
               (SELECT j.scheduled_at, j.created_at FROM soniq_jobs AS j
                 WHERE j.status = 'queued' AND q.queue IS NULL AND j.queue IS NULL
                 ORDER BY j.queue LIMIT $1::bigint)) AS picked) AS w;
