-- queues_waiting: at most $it queues in which jobs are queued, as `queues`: from one to the next by
-- an index that has the queued ones only, the queue without a name is the last.
step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs
      WHERE status = 'queued' AND queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.status = 'queued' AND j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $it::bigint
), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
     WHERE EXISTS (SELECT 1 FROM soniq_jobs WHERE status = 'queued' AND queue IS NULL)
)
