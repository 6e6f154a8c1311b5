-- dead_list: a page of dead letters, newest first, in the shape of jobs.
-- $1 how many of the newest are looked at, $2 queue,
-- $3 job name, $4 true: a part of it, in any case, false: the whole of it, $5 reason,
-- $6 text: a part of name or error, in any case, $7 the same text where it is an id,
-- $8 $9 go on after this moment and id, $10 at most so many rows, $11 after so many,
-- $12 $13 characters of a name and of an error, $14 terms (parts/pg/term_rows).   NULL: any.
-- Rows: struct job_row.
-- Walks down the index on moved_to_dead_letter_at and stops when the page is full.
WITH page AS MATERIALIZED (
    SELECT place, id, sort_at
      FROM (SELECT ctid AS place, id, moved_to_dead_letter_at AS sort_at,
                   queue, job_name, dead_letter_reason, last_error
              FROM soniq_dead_letter_jobs
             WHERE moved_to_dead_letter_at <= coalesce($8::timestamptz, 'infinity')
               AND ($8 IS NULL OR (moved_to_dead_letter_at, id) < ($8, $9::uuid))
             ORDER BY moved_to_dead_letter_at DESC, id DESC
             LIMIT $1::bigint) AS newest
     WHERE ($2::text IS NULL OR queue = $2)
       AND @name_is($3, $4, $12)
       AND ($5::text IS NULL OR dead_letter_reason = $5)
       AND @text_in($6, $7, $12, $13)
       AND @dead_terms_at($14)
     ORDER BY sort_at DESC, id DESC
     LIMIT $10::bigint OFFSET $11::bigint
)
SELECT p.id, d.job_name, 'dead_letter' AS status, d.queue, d.priority, d.attempts,
       d.max_attempts, d.created_at, d.updated_at, d.last_error, d.dead_letter_reason, p.sort_at
  FROM page AS p
 CROSS JOIN LATERAL (
        SELECT left(job_name, $12::int) AS job_name, left(queue, $12::int) AS queue,
               priority, attempts, max_attempts, original_created_at AS created_at,
               moved_to_dead_letter_at AS updated_at,
               left(last_error, $13::int) AS last_error,
               left(dead_letter_reason, $12::int) AS dead_letter_reason
          FROM soniq_dead_letter_jobs
         WHERE ctid = p.place
         LIMIT 1
       ) AS d
 ORDER BY p.sort_at DESC, p.id DESC;
