-- job_list: a page of the newest jobs.
-- $1 where the window starts (tid), $2 status, $3 queue, $4 $5 go on after this moment and id,
-- $6 at most so many rows, $7 after so many, $8 $9 characters of a name and of an error.
-- $2..$5 NULL: any.   Rows: struct job_row.
--
-- No index has this order.  Newer rows mostly stand further back: the last pages, if they hold
-- enough rows for the answer, give a moment that all of its rows reach, and most of the window is
-- left out by one comparison instead of being sorted.  Only the answer's rows are read in full.
WITH late AS MATERIALIZED (
    SELECT coalesce(created_at, '-infinity') AS sort_at
      FROM soniq_jobs
     WHERE ctid >= $1::tid
       AND ctid >= (SELECT '(' || greatest(pg_relation_size('soniq_jobs')
                                           / current_setting('block_size')::bigint - 64, 0)
                           || ',0)')::tid
       AND ($2::text IS NULL OR status = $2)
       AND ($3::text IS NULL OR queue = $3)
       AND ($4::timestamptz IS NULL
            OR (coalesce(created_at, '-infinity'), id) < ($4, $5::uuid))
     ORDER BY coalesce(created_at, '-infinity') DESC
     LIMIT $6::bigint + $7::bigint
), page AS MATERIALIZED (
    SELECT ctid AS place, id, coalesce(created_at, '-infinity') AS sort_at
      FROM soniq_jobs
     WHERE ctid >= $1::tid
       AND coalesce(created_at, '-infinity')
           >= (SELECT CASE WHEN count(*) < $6 + $7 THEN '-infinity' ELSE min(sort_at) END
                 FROM late)
       AND ($2::text IS NULL OR status = $2)
       AND ($3::text IS NULL OR queue = $3)
       AND ($4::timestamptz IS NULL
            OR (coalesce(created_at, '-infinity'), id) < ($4, $5::uuid))
     ORDER BY coalesce(created_at, '-infinity') DESC, id DESC
     LIMIT $6::bigint OFFSET $7::bigint
)
SELECT p.id, j.job_name, j.status, j.queue, j.priority, j.attempts, j.max_attempts,
       j.created_at, j.updated_at, j.scheduled_at, j.last_error, j.worker_id, j.producer_id,
       p.sort_at
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT @job_line($8, $9)
          FROM soniq_jobs
         WHERE ctid = p.place
         LIMIT 1
       ) AS j
 ORDER BY p.sort_at DESC, p.id DESC;
