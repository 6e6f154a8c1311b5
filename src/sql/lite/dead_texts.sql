-- dead_texts: the long texts of one dead letter, whole.
-- $1 id.   Rows: struct dead_texts, at most one.
-- A text that is not JSON comes as a JSON string.
SELECT CASE WHEN json_valid(CAST(args AS TEXT)) THEN CAST(args AS TEXT)
            ELSE json_quote(CAST(args AS TEXT)) END AS args,
       last_error,
       CASE WHEN json_valid(CAST(tags AS TEXT)) THEN CAST(tags AS TEXT)
            ELSE json_quote(CAST(tags AS TEXT)) END AS tags
  FROM soniq_dead_letter_jobs
 WHERE id = $1
 LIMIT 1;
