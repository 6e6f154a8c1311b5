-- job_walk: a page of the newest jobs that match, as far as they are among the next 1,000 jobs
-- that have a date, off the index soniq_x_jobs_created.
-- $1 $2 from this moment and id on, $3 without this id, $4 at most so many rows,
-- $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 after so many, $14 terms (parts/lite/term_rows).   $7..$12, $14 NULL: any.
-- Rows: struct job_row.
--
-- The walk ends when the page is full.  Where all 1,000 were looked at, the last of them is the
-- last row, is_mark, whether it matches or not; rank tells how many rows matched up to each.
WITH mark AS MATERIALIZED (
    SELECT created_at AS sort_at, id
      FROM soniq_jobs
     WHERE (created_at, id) <= ($1, $2)
       AND id IS NOT $3
     ORDER BY created_at DESC, id DESC
     LIMIT 1 OFFSET 999
), judged AS (
    SELECT rowid AS place, id, created_at,
           (created_at, id) = (SELECT sort_at, id FROM mark) AS is_mark,
           ($7 IS NULL OR queue = $7)
           AND ($8 IS NULL OR status = $8)
           AND @name_is($9, $10, $5)
           AND @text_in($11, $12, $5, $6)
           AND @job_terms($14) AS is_match
      FROM soniq_jobs
     WHERE (created_at, id) <= ($1, $2)
       AND (created_at, id)
           >= (SELECT coalesce(max(sort_at), -9223372036854775808), coalesce(max(id), '')
                 FROM mark)
       AND id IS NOT $3
), @walk_page($4, $5, $6, $13);
