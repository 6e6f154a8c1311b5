-- x_read_type_waiting: by job name, how long the one that waits longest has, as far as the heads of the
-- queues tell; and how old the youngest is of which that is known for sure.
-- $1 rows looked at of a queue at most, without a moment and with one each; $2 queues at most,
-- $3 characters of a name, $4 names at most.   Rows: struct type_waiting.
--
-- No index has names in the order of waiting, but soniq_x_jobs_wait has queues in it (x_read_waiting
-- says how it is walked). What was not looked at of a queue waits for a shorter time than what was: a name
-- that is met before the shortest of these ends is met at its oldest, everywhere. Where a queue has
-- more rows at one moment than are looked at, some of that moment are left out: of them nothing is sure.
WITH RECURSIVE @queues_waiting($2), queues AS MATERIALIZED (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
     WHERE EXISTS (SELECT 1 FROM soniq_jobs WHERE status = 'queued' AND queue IS NULL)
), clock AS MATERIALIZED (
    SELECT now() AS at
), ends AS MATERIALIZED (
    SELECT q.queue,
           (SELECT j.created_at FROM soniq_jobs AS j INDEXED BY soniq_x_jobs_wait
             WHERE j.queue IS q.queue AND j.status = 'queued' AND j.scheduled_at IS NULL
             ORDER BY j.created_at LIMIT 1 OFFSET $1 - 1) AS made,
           (SELECT j.scheduled_at FROM soniq_jobs AS j INDEXED BY soniq_x_jobs_wait
             WHERE j.queue IS q.queue AND j.status = 'queued'
               AND j.scheduled_at <= (SELECT at FROM clock)
             ORDER BY j.scheduled_at LIMIT 1 OFFSET $1 - 1) AS due
      FROM queues AS q
), looked AS MATERIALIZED (
    SELECT job_name, since
      FROM (SELECT j.job_name, j.created_at AS since
              FROM ends AS e CROSS JOIN soniq_jobs AS j INDEXED BY soniq_x_jobs_wait
             WHERE j.queue IS e.queue AND j.status = 'queued' AND j.scheduled_at IS NULL
               AND j.created_at <= coalesce(e.made, 1000000000000000000)
             LIMIT $1 * (2 + 2 * (SELECT count(*) FROM queues)))
    UNION ALL
    SELECT job_name, since
      FROM (SELECT j.job_name, max(j.scheduled_at, j.created_at) AS since
              FROM ends AS e CROSS JOIN soniq_jobs AS j INDEXED BY soniq_x_jobs_wait
             WHERE j.queue IS e.queue AND j.status = 'queued'
               AND j.scheduled_at <= coalesce(e.due, (SELECT at FROM clock))
             LIMIT $1 * (2 + 2 * (SELECT count(*) FROM queues)))
), sure AS MATERIALIZED (
    SELECT CASE WHEN (SELECT count(*) FROM looked)
                     >= $1 * (2 + 2 * (SELECT count(*) FROM queues))
                  OR (SELECT count(*) FROM queues) >= $2 THEN 0
                ELSE (SELECT min(min(coalesce(made, due), coalesce(due, made))) FROM ends)
                END AS at
)
SELECT substr(job_name, 1, $3) AS job_name,
       max((SELECT at FROM clock) - min(since), 0) / 1e6 AS oldest_waiting_seconds,
       ((SELECT at FROM clock) - (SELECT at FROM sure)) / 1e6 AS sure_seconds
  FROM looked
 WHERE abs(since) < 1000000000000000000
 GROUP BY substr(job_name, 1, $3)
 LIMIT $4;
