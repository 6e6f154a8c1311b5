-- dead_args_start: how the arguments of some dead letters begin.
-- $1 their ids, a JSON array, $2 characters, $3 bytes as they are stored: nothing is read of
-- longer ones.   Rows: struct args_start, at most one each.
SELECT id, substr(CAST(args AS TEXT), 1, $2) AS args_start
  FROM soniq_dead_letter_jobs
 WHERE id IN (SELECT value FROM json_each($1))
   AND length(CAST(args AS BLOB)) <= $3
 LIMIT 200;
