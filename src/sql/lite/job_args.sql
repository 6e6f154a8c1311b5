-- job_args: the arguments of some jobs.
-- $1 their ids, a JSON array, $2 bytes of arguments at most: longer ones are left out.
-- Rows: one each.
SELECT CAST(args AS TEXT) AS args
  FROM soniq_jobs
 WHERE id IN (SELECT value FROM json_each($1))
   AND length(CAST(args AS BLOB)) <= $2
 LIMIT 200;
