-- job_queue_newest: the same of one queue, off the index soniq_x_jobs_queue_created.
-- $1 $2 from this moment and id on, $3 without this id, $4 at most so many rows,
-- $5 $6 characters of a name and of an error, $7 queue.   Rows: struct job_row.
-- See job_newest.
WITH page AS MATERIALIZED (
    SELECT place, id, sort_at
      FROM (SELECT ctid AS place, id, created_at AS sort_at
              FROM soniq_jobs
             WHERE queue = ANY (ARRAY[$7::text])
               AND (created_at, id) <= ($1::timestamptz, $2::uuid)
               AND id IS DISTINCT FROM $3::uuid
             ORDER BY queue, created_at DESC, id DESC
             LIMIT 200) AS newest
     LIMIT $4::bigint
)
SELECT p.id, j.job_name, j.status, j.queue, j.priority, j.attempts, j.max_attempts,
       j.created_at, j.updated_at, j.scheduled_at, j.last_error, j.worker_id, j.producer_id,
       p.sort_at
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT @job_line($5, $6)
          FROM soniq_jobs
         WHERE ctid = p.place
         LIMIT 1
       ) AS j
 ORDER BY p.sort_at DESC, p.id DESC;
