-- job_args: the arguments of some jobs.
-- $1 their ids, a JSON array, $2 bytes of arguments at most: longer ones are left out.
-- Rows: one each.
SELECT args::text AS args
  FROM soniq_jobs
 WHERE id IN (SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb))
   AND pg_column_size(args) <= $2::bigint
 LIMIT 200;
