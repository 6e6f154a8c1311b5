-- why_ahead: how many jobs of its queue, due now, are claimed before job $1.
-- $2 queued rows of the queue that are looked at at most.   Rows: struct ahead.
--
-- By any index that begins with the queue and holds queued rows only. Why pairs are compared is told
-- in stats_queues.
WITH me AS (
    SELECT id, queue, coalesce(priority, 2147483647) AS priority,
           coalesce(scheduled_at, '-infinity') AS scheduled_at,
           coalesce(created_at, 'infinity') AS created_at
      FROM soniq_jobs
     WHERE id = $1::uuid
     LIMIT 1
), picked AS (
    SELECT p.*
      FROM me
     CROSS JOIN LATERAL (
           SELECT j.id, j.priority, j.scheduled_at, j.created_at
             FROM soniq_jobs AS j
            WHERE j.status = 'queued'
              AND (j.queue, 0) >= (me.queue, 0) AND (j.queue, 0) <= (me.queue, 0)
            ORDER BY j.queue
            LIMIT $2::bigint) AS p
    UNION ALL
    (SELECT j.id, j.priority, j.scheduled_at, j.created_at
       FROM soniq_jobs AS j
      WHERE j.status = 'queued' AND j.queue IS NULL
        AND (SELECT me.queue IS NULL FROM me)
      ORDER BY j.queue
      LIMIT $2::bigint)
)
SELECT count(*) FILTER (
           WHERE p.id <> me.id AND (p.scheduled_at IS NULL OR p.scheduled_at <= now())
             AND (coalesce(p.priority, 2147483647), coalesce(p.scheduled_at, '-infinity'),
                  coalesce(p.created_at, 'infinity'))
                 < (me.priority, me.scheduled_at, me.created_at)) AS ahead,
       count(p.id) >= $2::bigint AS is_capped
  FROM me
  LEFT JOIN picked AS p ON true;
