-- worker_jobs: the jobs that are being processed, by worker, oldest first.
-- $1 jobs read at most, $2 queues at most, $3 jobs of a worker at most,
-- $4 characters of a name.   Rows: a job each, with worker_id; is_cut: there are more.
--
-- Processing rows are few and found by jumping through idx_soniq_jobs_queue_status;
-- idx_soniq_jobs_worker_id would also lead through every job that a worker ever finished.  That
-- the order is by status, of which there is one, and the status in a range of pairs, keeps every
-- planner from an index on queue alone, whatever it thinks of the table.
--
-- Each queue has a share of the rows that are read; what some leave, the first that hold more take.
WITH RECURSIVE step (queue, n) AS (
    (SELECT queue, 1::bigint FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1)
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2::bigint
), share AS MATERIALIZED (
    SELECT $1::bigint / greatest(count(*), 1) AS n FROM step
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
            OFFSET (SELECT n FROM share) LIMIT $1::bigint + 1) AS h
     UNION ALL
     (SELECT worker_id, id, job_name, queue, attempts, updated_at
        FROM soniq_jobs
       WHERE queue IS NULL AND status >= 'processing' AND status <= 'processing'
       ORDER BY queue, status
      OFFSET (SELECT n FROM share) LIMIT $1::bigint + 1))
     LIMIT $1::bigint + 1
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY worker_id ORDER BY updated_at, id) AS place
      FROM held
     WHERE worker_id IS NOT NULL
)
SELECT worker_id, id, left(job_name, $4::integer) AS job_name, left(queue, $4::integer) AS queue,
       attempts, updated_at AS since,
       (SELECT count(*) FROM held) > $1::bigint AS is_cut
  FROM placed
 WHERE place <= $3::bigint
 ORDER BY worker_id, place;
