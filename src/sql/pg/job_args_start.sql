-- job_args_start: how the arguments of some jobs begin.
-- $1 their ids, a JSON array, $2 characters, $3 bytes as they are stored: nothing is read of
-- longer ones.   Rows: struct args_start, at most one each.
SELECT id, left(args::text, $2::integer) AS args_start
  FROM soniq_jobs
 WHERE id = ANY (ARRAY(SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb)))
   AND pg_column_size(args) <= $3::bigint
 LIMIT 200;
