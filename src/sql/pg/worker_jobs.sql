-- worker_jobs: the jobs that are being processed, by worker, oldest first.
-- $1 jobs of a queue at most, $2 queues at most, $3 jobs of a worker at most,
-- $4 characters of a name, $5 at most.   Rows: a job each, with worker_id.
--
-- Processing rows are few and found by jumping through idx_soniq_jobs_queue_status;
-- idx_soniq_jobs_worker_id would also lead through every job that a worker ever finished.  That
-- the order is by status, of which there is one, and the status in a range of pairs, keeps every
-- planner from an index on queue alone, whatever it thinks of the table.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2::bigint
), held AS (
    SELECT h.*
      FROM step AS s
     CROSS JOIN LATERAL (
           SELECT j.worker_id, j.id, j.job_name, j.queue, j.attempts, j.updated_at
             FROM soniq_jobs AS j
            WHERE j.queue = s.queue
              AND (j.status, j.id) >= ('processing', '00000000-0000-0000-0000-000000000000')
              AND (j.status, j.id) <= ('processing', 'ffffffff-ffff-ffff-ffff-ffffffffffff')
            ORDER BY j.status
            LIMIT $1::bigint) AS h
    UNION ALL
    (SELECT worker_id, id, job_name, queue, attempts, updated_at
       FROM soniq_jobs
      WHERE queue IS NULL AND status >= 'processing' AND status <= 'processing'
      ORDER BY queue, status
      LIMIT $1::bigint)
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY worker_id ORDER BY updated_at, id) AS place
      FROM held
     WHERE worker_id IS NOT NULL
)
SELECT worker_id, id, left(job_name, $4::integer) AS job_name, left(queue, $4::integer) AS queue,
       attempts, updated_at AS since
  FROM placed
 WHERE place <= $3::bigint
 ORDER BY worker_id, place
 LIMIT $5::bigint;
