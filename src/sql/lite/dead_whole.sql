-- dead_whole: one long text of one dead letter, uncut.
-- $1 id, $2 true: the arguments, false: the error.   Rows: args and last_error, one of them NULL.
-- A text that is not JSON comes as a JSON string.
SELECT CASE WHEN NOT $2 THEN NULL
            WHEN json_valid(CAST(args AS TEXT)) THEN CAST(args AS TEXT)
            ELSE json_quote(CAST(args AS TEXT)) END AS args,
       CASE WHEN NOT $2 THEN last_error END AS last_error
  FROM soniq_dead_letter_jobs
 WHERE id = $1
 LIMIT 1;
