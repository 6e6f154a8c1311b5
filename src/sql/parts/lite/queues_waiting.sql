-- queues_waiting: at most $it names of queues in which jobs are queued, as `step`, by soniq_x_jobs_wait:
-- from one to the next, NULL is the end.
step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_jobs INDEXED BY soniq_x_jobs_wait
             WHERE status = 'queued' AND queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j INDEXED BY soniq_x_jobs_wait
             WHERE j.status = 'queued' AND j.queue > s.queue ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $it
)
