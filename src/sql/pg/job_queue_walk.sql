-- job_queue_walk: the same of one queue, off the index soniq_x_jobs_queue_created.
-- $1 $2 from this moment and id on, $3 without this id, $4 at most so many rows,
-- $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 after so many, $14 terms (parts/pg/term_rows).   $7..$12, $14 NULL: any.
-- Rows: struct job_row.
-- See job_walk.
WITH looked AS (
    SELECT ctid AS place, id, created_at, queue, status, job_name, last_error,
           row_number() OVER (ORDER BY queue, created_at DESC, id DESC) AS n
      FROM soniq_jobs
     WHERE queue = ANY (ARRAY[$7::text])
       AND (created_at, id) <= ($1::timestamptz, $2::uuid)
       AND id IS DISTINCT FROM $3::uuid
     ORDER BY queue, created_at DESC, id DESC
     LIMIT 1000
), judged AS (
    SELECT place, id, queue, created_at AS sort_at, n = 1000 AS is_mark,
           coalesce(($8::text IS NULL OR status = $8)
                    AND @name_is($9, $10, $5)
                    AND @text_in($11, $12, $5, $6)
                    AND @job_terms_at($14),
                    false) AS is_match
      FROM looked
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY queue, sort_at DESC, id DESC) AS rank
      FROM judged
     WHERE is_match OR is_mark
), page AS MATERIALIZED (
    SELECT *
      FROM ranked
     WHERE rank > $13::bigint OR is_mark
     ORDER BY queue, sort_at DESC, id DESC
     LIMIT $4::bigint
)
SELECT p.id, j.job_name, j.status, j.queue, j.priority, j.attempts, j.max_attempts,
       j.created_at, j.updated_at, j.scheduled_at, j.last_error, j.worker_id, j.producer_id,
       p.sort_at, p.is_match, p.is_mark, p.rank
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT @job_line($5, $6)
          FROM soniq_jobs
         WHERE ctid = p.place
         LIMIT 1
       ) AS j
 ORDER BY p.sort_at DESC, p.id DESC;
