-- held_jobs: the jobs that are being processed, as `held`, at most $it + 1 of at most $it2 queues.
--
-- Processing rows are few and found by jumping through idx_soniq_jobs_queue_status.
-- idx_soniq_jobs_worker_id would also lead through every job that a worker ever finished.  That
-- the order is by status, of which there is one, and the status in a range of pairs, keeps every
-- planner from an index on queue alone, whatever it thinks of the table.
--
-- Each queue has a share of the rows that are read. What some leave, the first that hold more take.
step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $it2::bigint
), share AS MATERIALIZED (
    SELECT $it::bigint / greatest(count(*), 1) AS n FROM step
), held AS MATERIALIZED (
    (SELECT h.*
       FROM step AS s
      CROSS JOIN LATERAL (
            SELECT j.worker_id, j.id, j.job_name, j.queue, j.attempts, j.updated_at
              FROM soniq_jobs AS j
             WHERE j.queue = s.queue
               AND (j.status, j.id) >= ('processing', '00000000-0000-0000-0000-000000000000')
               AND (j.status, j.id) <= ('processing', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY j.status
             LIMIT (SELECT n FROM share)) AS h
     UNION ALL
     (SELECT worker_id, id, job_name, queue, attempts, updated_at
        FROM soniq_jobs
       WHERE queue IS NULL AND status >= 'processing' AND status <= 'processing'
       ORDER BY queue, status
       LIMIT (SELECT n FROM share))
     UNION ALL
     SELECT h.*
       FROM step AS s
      CROSS JOIN LATERAL (
            SELECT j.worker_id, j.id, j.job_name, j.queue, j.attempts, j.updated_at
              FROM soniq_jobs AS j
             WHERE j.queue = s.queue
               AND (j.status, j.id) >= ('processing', '00000000-0000-0000-0000-000000000000')
               AND (j.status, j.id) <= ('processing', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
             ORDER BY j.status
            OFFSET (SELECT n FROM share) LIMIT $it::bigint + 1) AS h
     UNION ALL
     (SELECT worker_id, id, job_name, queue, attempts, updated_at
        FROM soniq_jobs
       WHERE queue IS NULL AND status >= 'processing' AND status <= 'processing'
       ORDER BY queue, status
      OFFSET (SELECT n FROM share) LIMIT $it::bigint + 1))
     LIMIT $it::bigint + 1
)
