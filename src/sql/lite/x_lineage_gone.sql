-- x_lineage_gone: how the last attempts of these jobs ended, whose rows may be gone.
-- $1 ids as a JSON array, $2 characters of a status.   Rows: struct found.
SELECT w.value AS id, w.key + 1 AS n, substr(a.outcome, 1, $2) AS status, a.created_at AS at
  FROM json_each($1) AS w
  JOIN soniq_x_attempts AS a
    ON a.rowid = (SELECT l.rowid FROM soniq_x_attempts AS l
                   WHERE l.job_id = w.value ORDER BY l.ended_at DESC LIMIT 1)
 ORDER BY n
 LIMIT 100;
