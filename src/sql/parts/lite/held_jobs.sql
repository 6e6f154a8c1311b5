-- held_jobs: the jobs that are being processed, as `held`, at most $it + 1 of at most $it2 queues.
--
-- Processing rows are few and found by jumping through idx_soniq_jobs_queue_status.
-- idx_soniq_jobs_worker_id would also lead through every job that a worker ever finished.
--
-- Each queue has a share of the rows that are read. What some leave, the first that hold more take.
step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $it2
), queues AS MATERIALIZED (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
), share AS MATERIALIZED (
    SELECT $it / count(*) AS n FROM queues
), held AS MATERIALIZED (
    SELECT j.worker_id, j.id, j.job_name, j.queue, j.attempts, j.updated_at
      FROM queues AS q
      JOIN soniq_jobs AS j
        ON j.rowid IN (SELECT k.rowid FROM soniq_jobs AS k
                        WHERE k.queue IS q.queue AND k.status = 'processing'
                        LIMIT (SELECT n FROM share))
    UNION ALL
    SELECT j.worker_id, j.id, j.job_name, j.queue, j.attempts, j.updated_at
      FROM queues AS q
      JOIN soniq_jobs AS j
        ON j.rowid IN (SELECT k.rowid FROM soniq_jobs AS k
                        WHERE k.queue IS q.queue AND k.status = 'processing'
                        LIMIT $it + 1 OFFSET (SELECT n FROM share))
     LIMIT $it + 1
)
