-- dead_list: a page of dead letters, newest first, in the shape of jobs.
-- $1 where the window starts (rowid), $2 queue,
-- $3 job name, $4 true: a part of it, in any case, false: the whole of it, $5 reason,
-- $6 text: a part of name or error, in any case, $7 the same text where it is an id,
-- $8 $9 go on after this moment and id, $10 at most so many rows, $11 after so many,
-- $12 $13 characters of a name and of an error, $14 terms (parts/lite/term_rows).   NULL: any.
-- Rows: struct job_row.
WITH page AS MATERIALIZED (
    SELECT rowid AS place, id,
           CASE WHEN typeof(moved_to_dead_letter_at) = 'integer' THEN moved_to_dead_letter_at
                ELSE -9223372036854775807 END AS sort_at
      FROM soniq_dead_letter_jobs
     WHERE rowid >= CAST($1 AS INTEGER)
       AND ($2 IS NULL OR queue = $2)
       AND @name_is($3, $4, $12)
       AND ($5 IS NULL OR dead_letter_reason = $5)
       AND @text_in($6, $7, $12, $13)
       AND @dead_terms($14)
       AND ($8 IS NULL OR (sort_at, id) < ($8, $9))
     ORDER BY sort_at DESC, id DESC
     LIMIT $10 OFFSET $11
)
SELECT p.id,
       substr(d.job_name, 1, $12) AS job_name,
       'dead_letter' AS status,
       substr(d.queue, 1, $12) AS queue,
       d.priority,
       d.attempts,
       d.max_attempts,
       d.original_created_at AS created_at,
       d.moved_to_dead_letter_at AS updated_at,
       substr(d.last_error, 1, $13) AS last_error,
       substr(d.dead_letter_reason, 1, $12) AS dead_letter_reason,
       p.sort_at
  FROM page AS p
 CROSS JOIN soniq_dead_letter_jobs AS d ON d.rowid = p.place
 ORDER BY p.sort_at DESC, p.id DESC;
