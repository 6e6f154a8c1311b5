-- worker_jobs: the jobs that are being processed, by worker, oldest first.
-- $1 jobs read at most, $2 queues at most, $3 jobs of a worker at most,
-- $4 characters of a name.   Rows: a job each, with worker_id; is_cut: there are more.
--
-- Processing rows are few and found by jumping through idx_soniq_jobs_queue_status;
-- idx_soniq_jobs_worker_id would also lead through every job that a worker ever finished.
--
-- Each queue has a share of the rows that are read; what some leave, the first that hold more take.
WITH RECURSIVE step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2
), queues AS MATERIALIZED (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
), share AS MATERIALIZED (
    SELECT $1 / count(*) AS n FROM queues
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
                        LIMIT $1 + 1 OFFSET (SELECT n FROM share))
     LIMIT $1 + 1
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY worker_id ORDER BY updated_at, id) AS of_worker
      FROM held
     WHERE worker_id IS NOT NULL
)
SELECT worker_id, id, substr(job_name, 1, $4) AS job_name, substr(queue, 1, $4) AS queue,
       attempts, updated_at AS since,
       (SELECT count(*) FROM held) > $1 AS is_cut
  FROM placed
 WHERE of_worker <= $3
 ORDER BY worker_id, of_worker;
