-- job_status_walk: the same of one status that is not 'done', off the index soniq_x_jobs_status.
-- $1 $2 from this moment and id on, $3 without this id, $4 at most so many rows,
-- $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 after so many, $14 terms (parts/pg/term_rows).   $7, $9..$12, $14 NULL: any.
-- Rows: struct job_row.
-- See job_walk.  The status stands in a SELECT, so that no planner takes an index of queued rows,
-- and sorts them, because it sees that word.
WITH looked AS (
    SELECT ctid AS place, id, created_at, queue, status, job_name, last_error,
           row_number() OVER (ORDER BY created_at DESC, id DESC) AS n
      FROM soniq_jobs
     WHERE status = (SELECT $8::text) AND status <> 'done'
       AND (created_at, id) <= ($1::timestamptz, $2::uuid)
       AND id IS DISTINCT FROM $3::uuid
     ORDER BY created_at DESC, id DESC
     LIMIT 1000
), judged AS (
    SELECT place, id, created_at AS sort_at, n = 1000 AS is_mark,
           coalesce(($7::text IS NULL OR queue = $7)
                    AND ($9::text IS NULL
                         OR CASE WHEN $10::bool
                                 THEN position(lower($9) IN lower(left(job_name, $5::int))) > 0
                                 ELSE job_name = $9 END)
                    AND ($11::text IS NULL
                         OR id = $12::uuid
                         OR position(lower($11) IN lower(left(job_name, $5::int))) > 0
                         OR position(lower($11) IN lower(left(last_error, $6::int))) > 0)
                    AND @job_terms_at($14),
                    false) AS is_match
      FROM looked
), ranked AS (
    SELECT *, row_number() OVER (ORDER BY sort_at DESC, id DESC) AS rank
      FROM judged
     WHERE is_match OR is_mark
), page AS MATERIALIZED (
    SELECT *
      FROM ranked
     WHERE rank > $13::bigint OR is_mark
     ORDER BY sort_at DESC, id DESC
     LIMIT $4::bigint
)
SELECT p.id, j.job_name, j.status, j.queue, j.priority, j.attempts, j.max_attempts,
       j.created_at, j.updated_at, j.scheduled_at, j.last_error, j.worker_id, j.producer_id,
       p.sort_at, p.is_match, p.is_mark, p.rank
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT left(job_name, $5::int) AS job_name, left(status, $5::int) AS status,
               left(queue, $5::int) AS queue, priority, attempts, max_attempts,
               created_at, updated_at, scheduled_at,
               left(last_error, $6::int) AS last_error, worker_id,
               left(producer_id, $5::int) AS producer_id
          FROM soniq_jobs
         WHERE ctid = p.place
         LIMIT 1
       ) AS j
 ORDER BY p.sort_at DESC, p.id DESC;
