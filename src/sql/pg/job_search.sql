-- job_search: a page of the newest jobs that match, and how many match in all.
-- $1 where the window starts (tid), $2 status, $3 queue,
-- $4 job name, $5 true: a part of it, in any case, false: the whole of it,
-- $6 text: a part of name or error, in any case, $7 the same text where it is an id,
-- $8 $9 go on after this moment and id, $10 at most so many rows, $11 after so many,
-- $12 $13 characters of a name and of an error, $14 terms (parts/pg/term_rows).   NULL: any.
-- Rows: struct job_row; one with id NULL when the page is empty, for the total.
-- An id is found outside of the window too.
WITH matching AS MATERIALIZED (
    SELECT ctid AS place, id, coalesce(created_at, '-infinity') AS sort_at
      FROM soniq_jobs
     WHERE ctid >= $1::tid
       AND ($2::text IS NULL OR status = $2)
       AND ($3::text IS NULL OR queue = $3)
       AND @name_is($4, $5, $12)
       AND @text_in($6, $7, $12, $13)
       AND @job_terms($14)
     UNION ALL
    SELECT ctid, id, coalesce(created_at, '-infinity')
      FROM soniq_jobs
     WHERE id = $7::uuid
       AND ctid < $1::tid
       AND ($2::text IS NULL OR status = $2)
       AND ($3::text IS NULL OR queue = $3)
       AND @name_is($4, $5, $12)
       AND @job_terms($14)
), page AS MATERIALIZED (
    SELECT place, id, sort_at
      FROM matching
     WHERE $8::timestamptz IS NULL OR (sort_at, id) < ($8, $9::uuid)
     ORDER BY sort_at DESC, id DESC
     LIMIT $10::bigint OFFSET $11::bigint
)
SELECT p.id, p.job_name, p.status, p.queue, p.priority, p.attempts, p.max_attempts,
       p.created_at, p.updated_at, p.scheduled_at, p.last_error, p.worker_id, p.producer_id,
       p.sort_at, t.total
  FROM (SELECT count(*) AS total FROM matching) AS t
  LEFT JOIN (
        SELECT page.id, page.sort_at, j.*
          FROM page
         CROSS JOIN LATERAL (
                SELECT @job_line($12, $13)
                  FROM soniq_jobs
                 WHERE ctid = page.place
                 LIMIT 1
               ) AS j
       ) AS p ON true
 ORDER BY p.sort_at DESC, p.id DESC;
