-- job_list: a page of the newest jobs.
-- $1 where the window starts (tid), $2 status, $3 queue, $4 $5 go on after this moment and id,
-- $6 at most so many rows, $7 after so many, $8 $9 characters of a name and of an error.
-- $2..$5 NULL: any.   Rows: struct job_row.
-- The page is chosen by narrow rows; only then are the wide columns of those few rows read.
WITH page AS MATERIALIZED (
    SELECT ctid AS place, id, coalesce(created_at, '-infinity') AS sort_at
      FROM soniq_jobs
     WHERE ctid >= $1::tid
       AND ($2::text IS NULL OR status = $2)
       AND ($3::text IS NULL OR queue = $3)
       AND ($4::timestamptz IS NULL
            OR (coalesce(created_at, '-infinity'), id) < ($4, $5::uuid))
     ORDER BY coalesce(created_at, '-infinity') DESC, id DESC
     LIMIT $6::bigint OFFSET $7::bigint
)
SELECT p.id, j.job_name, j.status, j.queue, j.priority, j.attempts, j.max_attempts,
       j.created_at, j.updated_at, j.scheduled_at, j.last_error, j.worker_id, p.sort_at
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT left(job_name, $8::int) AS job_name, left(status, $8::int) AS status,
               left(queue, $8::int) AS queue, priority, attempts, max_attempts,
               created_at, updated_at, scheduled_at,
               left(last_error, $9::int) AS last_error, worker_id
          FROM soniq_jobs
         WHERE ctid = p.place
         LIMIT 1
       ) AS j
 ORDER BY p.sort_at DESC, p.id DESC;
