-- worker_jobs: the jobs that are being processed, by worker, oldest first.
-- $1 jobs read at most, $2 queues at most, $3 jobs of a worker at most,
-- $4 characters of a name.   Rows: a job each, with worker_id and how many
-- of_worker were read; is_cut: there are more.
WITH RECURSIVE @held_jobs($1, $2), placed AS (
    SELECT *, row_number() OVER (PARTITION BY worker_id ORDER BY updated_at, id) AS place
      FROM held
     WHERE worker_id IS NOT NULL
), counted AS MATERIALIZED (
    SELECT worker_id, count(*) AS of_worker FROM held GROUP BY worker_id
)
SELECT p.worker_id, id, substr(job_name, 1, $4) AS job_name, substr(queue, 1, $4) AS queue,
       attempts, updated_at AS since, of_worker,
       (SELECT count(*) FROM held) > $1 AS is_cut
  FROM placed AS p
  JOIN counted AS c ON c.worker_id = p.worker_id
 WHERE place <= $3
 ORDER BY p.worker_id, place;
