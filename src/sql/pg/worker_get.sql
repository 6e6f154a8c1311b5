-- worker_get: one worker.
-- $1 its id, $2 microseconds of silence that make one stale, $3 characters of a name.
-- Rows: struct worker.
SELECT @worker_line($3, $2),
       CASE WHEN w.status IN ('active', 'stopping') THEN 0 ELSE 1 END AS half
  FROM soniq_workers AS w
 WHERE id = $1::uuid;
