-- job_list: a page of the newest jobs.
-- $1 where the window starts (rowid), $2 status, $3 queue, $4 $5 go on after this moment and id,
-- $6 at most so many rows, $7 after so many, $8 $9 characters of a name and of an error.
-- $2..$5 NULL: any.   Rows: struct job_row.
-- The page is chosen by narrow rows; only then are the wide columns of those few rows read.
WITH page AS MATERIALIZED (
    SELECT rowid AS place, id,
           CASE WHEN typeof(created_at) = 'integer' THEN created_at
                ELSE -9223372036854775807 END AS sort_at
      FROM soniq_jobs
     WHERE rowid >= CAST($1 AS INTEGER)
       AND ($2 IS NULL OR status = $2)
       AND ($3 IS NULL OR queue = $3)
       AND ($4 IS NULL OR (sort_at, id) < ($4, $5))
     ORDER BY sort_at DESC, id DESC
     LIMIT $6 OFFSET $7
)
SELECT p.id,
       @job_line($8, $9),
       p.sort_at
  FROM page AS p
 CROSS JOIN soniq_jobs AS j ON j.rowid = p.place
 ORDER BY p.sort_at DESC, p.id DESC;
