-- worker_jobs: the jobs that are being processed, by worker, oldest first.
-- $1 jobs of a queue at most, $2 queues at most, $3 jobs of a worker at most,
-- $4 characters of a name, $5 at most.   Rows: a job each, with worker_id.
--
-- Processing rows are few and found by jumping through idx_soniq_jobs_queue_status;
-- idx_soniq_jobs_worker_id would also lead through every job that a worker ever finished.
WITH RECURSIVE step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2
), queues AS (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
), held AS (
    SELECT j.worker_id, j.id, j.job_name, j.queue, j.attempts, j.updated_at,
           row_number() OVER (PARTITION BY j.queue) AS place
      FROM queues AS q
      JOIN soniq_jobs AS j ON j.queue IS q.queue AND j.status = 'processing'
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY worker_id ORDER BY updated_at, id) AS of_worker
      FROM held
     WHERE place <= $1 AND worker_id IS NOT NULL
)
SELECT worker_id, id, substr(job_name, 1, $4) AS job_name, substr(queue, 1, $4) AS queue,
       attempts, updated_at AS since
  FROM placed
 WHERE of_worker <= $3
 ORDER BY worker_id, of_worker
 LIMIT $5;
