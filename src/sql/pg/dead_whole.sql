-- dead_whole: one long text of one dead letter, uncut.
-- $1 id, $2 true: the arguments, false: the error.   Rows: args and last_error, one of them NULL.
SELECT CASE WHEN $2::bool THEN args::text END AS args,
       CASE WHEN NOT $2::bool THEN last_error END AS last_error
  FROM soniq_dead_letter_jobs
 WHERE id = $1::uuid
 LIMIT 1;
