-- lineage_newest: jobs that were made of dead letter $1 at the moment of its last replay.
-- $2 start of the window, $3 characters of a status, $4 at most.   Rows: struct found.
--
-- By soniq_x_jobs_created, or, where that is missing, in the window.
SELECT j.id, 1 AS n, substr(j.status, 1, $3) AS status, j.created_at AS at
  FROM soniq_dead_letter_jobs AS d
  JOIN soniq_jobs AS j
    ON j.created_at = d.last_resurrection_at AND j.job_name = d.job_name AND j.args = d.args
 WHERE d.id = $1 AND ($2 IS NULL OR j.rowid >= CAST($2 AS INTEGER))
 ORDER BY j.id
 LIMIT $4;
