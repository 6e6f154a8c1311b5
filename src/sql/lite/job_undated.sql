-- job_undated: a page of the jobs that match and have no date, as far as they are among the next
-- 1,000 of those.
-- $1 NULL, $2 from this id on, $3 without this id, $4 at most so many rows,
-- $5 $6 characters of a name and of an error, $7 queue, $8 status,
-- $9 job name, $10 true: a part of it, in any case, false: the whole of it,
-- $11 text: a part of name or error, in any case, $12 the same text where it is an id,
-- $13 after so many, $14 terms (parts/lite/term_rows).   $2 $7..$12, $14 NULL: any.
-- Rows: struct job_row.
-- They come behind all others, and the pages are made as in job_walk.
--
-- No date is NULL, and all that is no number.
WITH undated AS MATERIALIZED (
    SELECT * FROM (SELECT rowid AS place, id FROM soniq_jobs
                    WHERE created_at IS NULL AND $1 IS NULL
                      AND ($2 IS NULL OR id <= $2) AND id IS NOT $3
                    ORDER BY id DESC LIMIT 1000)
    UNION ALL
    SELECT * FROM (SELECT rowid, id FROM soniq_jobs
                    WHERE created_at > 9223372036854775807 AND $1 IS NULL
                      AND ($2 IS NULL OR id <= $2) AND id IS NOT $3
                    ORDER BY id DESC LIMIT 1000)
), looked AS MATERIALIZED (
    SELECT place, id, row_number() OVER (ORDER BY id DESC) AS n
      FROM undated
     ORDER BY id DESC
     LIMIT 1000
), judged AS MATERIALIZED (
    SELECT l.place, l.id, l.n = 1000 AS is_mark,
           coalesce(($7 IS NULL OR queue = $7)
                    AND ($8 IS NULL OR status = $8)
                    AND @name_is($9, $10, $5)
                    AND ($11 IS NULL
                         OR j.id = $12
                         OR instr(lower(substr(job_name, 1, $5)), lower($11)) > 0
                         OR instr(lower(substr(last_error, 1, $6)), lower($11)) > 0)
                    AND @job_terms_at($14), 0) AS is_match
      FROM looked AS l
     CROSS JOIN soniq_jobs AS j ON j.rowid = l.place
), ranked AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY id DESC) AS rank
      FROM judged
     WHERE is_match OR is_mark
), page AS MATERIALIZED (
    SELECT *
      FROM ranked
     WHERE rank > $13 OR is_mark
     ORDER BY id DESC
     LIMIT $4
)
SELECT p.id,
       @job_line($5, $6),
       NULL AS sort_at,
       p.is_match,
       p.is_mark,
       p.rank
  FROM page AS p
 CROSS JOIN soniq_jobs AS j ON j.rowid = p.place
 ORDER BY p.id DESC;
