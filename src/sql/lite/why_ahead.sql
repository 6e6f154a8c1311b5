-- why_ahead: how many jobs of its queue, due now, are claimed before job $1.
-- $2 queued rows of the queue that are looked at at most.   Rows: struct ahead.
--
-- By any index that begins with the queue and holds queued rows only. -1e308 stands for no moment.
WITH me AS MATERIALIZED (
    SELECT id, queue, coalesce(priority, 1e308) AS priority,
           coalesce(scheduled_at, -1e308) AS scheduled_at, coalesce(created_at, 1e308) AS created_at
      FROM soniq_jobs
     WHERE id = $1
     LIMIT 1
), picked AS MATERIALIZED (
    SELECT j.id, j.priority, j.scheduled_at, j.created_at
      FROM soniq_jobs AS j
     WHERE j.status = 'queued' AND j.queue IS (SELECT queue FROM me)
     LIMIT $2
)
SELECT coalesce(sum(p.id <> me.id AND (p.scheduled_at IS NULL OR p.scheduled_at <= now())
                    AND (coalesce(p.priority, 1e308), coalesce(p.scheduled_at, -1e308),
                         coalesce(p.created_at, 1e308))
                        < (me.priority, me.scheduled_at, me.created_at)), 0) AS ahead,
       count(p.id) >= $2 AS is_capped
  FROM me
  LEFT JOIN picked AS p ON 1;
