-- job_undated: a page of the jobs that match and have no date, as far as they are among the next
-- 1,000 of those.
-- $1 NULL, $2 from this id on, $3 without this id, $4 at most so many rows,
-- $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 after so many, $14 terms (parts/pg/term_rows).   $2 $7..$12, $14 NULL: any.
-- Rows: struct job_row.
-- They come behind all others, and the pages are made as in job_walk.
WITH looked AS (
    SELECT ctid AS place, id, created_at, queue, status, job_name, last_error,
           row_number() OVER (ORDER BY created_at DESC, id DESC) AS n
      FROM soniq_jobs
     WHERE $1::timestamptz IS NULL
       AND created_at IS NULL
       AND id <= coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')
       AND id IS DISTINCT FROM $3::uuid
     ORDER BY created_at DESC, id DESC
     LIMIT 1000
), judged AS (
    SELECT place, id, created_at AS sort_at, n = 1000 AS is_mark,
           coalesce(($7::text IS NULL OR queue = $7)
                    AND ($8::text IS NULL OR status = $8)
                    AND @name_is($9, $10, $5)
                    AND @text_in($11, $12, $5, $6)
                    AND @job_terms_at($14),
                    false) AS is_match
      FROM looked
), @walk_page($4, $5, $6, $13)
 ORDER BY p.id DESC;
