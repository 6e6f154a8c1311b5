-- job_search: a page of the newest jobs that match, and how many match in all.
-- $1 where the window starts (rowid), $2 status, $3 queue,
-- $4 job name, $5 true: a part of it, in any case, false: the whole of it,
-- $6 text: a part of name or error, in any case, $7 the same text where it is an id,
-- $8 $9 go on after this moment and id, $10 at most so many rows, $11 after so many,
-- $12 $13 characters of a name and of an error, $14 terms (parts/lite/term_rows).   NULL: any.
-- Rows: struct job_row; one with id NULL when the page is empty, for the total.
-- An id is found outside of the window too.  Case is that of ASCII letters only.
WITH matching AS MATERIALIZED (
    SELECT rowid AS place, id,
           CASE WHEN typeof(created_at) = 'integer' THEN created_at
                ELSE -9223372036854775807 END AS sort_at
      FROM soniq_jobs
     WHERE rowid >= CAST($1 AS INTEGER)
       AND ($2 IS NULL OR status = $2)
       AND ($3 IS NULL OR queue = $3)
       AND @name_is($4, $5, $12)
       AND @text_in($6, $7, $12, $13)
       AND @job_terms($14)
     UNION ALL
    SELECT rowid, id,
           CASE WHEN typeof(created_at) = 'integer' THEN created_at
                ELSE -9223372036854775807 END
      FROM soniq_jobs
     WHERE id = $7
       AND rowid < CAST($1 AS INTEGER)
       AND ($2 IS NULL OR status = $2)
       AND ($3 IS NULL OR queue = $3)
       AND @name_is($4, $5, $12)
       AND @job_terms($14)
), page AS MATERIALIZED (
    SELECT place, id, sort_at
      FROM matching
     WHERE $8 IS NULL OR (sort_at, id) < ($8, $9)
     ORDER BY sort_at DESC, id DESC
     LIMIT $10 OFFSET $11
)
SELECT p.id,
       @job_line($12, $13),
       p.sort_at, t.total
  FROM (SELECT count(*) AS total FROM matching) AS t
  LEFT JOIN page AS p ON true
  LEFT JOIN soniq_jobs AS j ON j.rowid = p.place
 ORDER BY p.sort_at DESC, p.id DESC;
