-- job_newest: a page of the newest jobs that have a date, off the index soniq_x_jobs_created.
-- $1 $2 from this moment and id on, $3 without this id, $4 at most so many rows,
-- $5 $6 characters of a name and of an error.   Rows: struct job_row.
--
-- A text or a blob is greater than every number, and NULL is not compared: neither is here. A
-- fraction of a microsecond does not count.
WITH page AS MATERIALIZED (
    SELECT rowid AS place, id, max(CAST(created_at AS INTEGER), -9223372036854775807) AS sort_at
      FROM soniq_jobs
     WHERE (created_at, id) <= ($1, $2)
       AND id IS NOT $3
     ORDER BY created_at DESC, id DESC
     LIMIT $4
)
SELECT p.id,
       @job_line($5, $6),
       p.sort_at
  FROM page AS p
 CROSS JOIN soniq_jobs AS j ON j.rowid = p.place
 ORDER BY j.created_at DESC, p.id DESC;
