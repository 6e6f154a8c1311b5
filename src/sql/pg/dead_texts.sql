-- dead_texts: the long texts of one dead letter, whole.
-- $1 id.   Rows: struct dead_texts, at most one.
SELECT args::text AS args, last_error, tags::text AS tags
  FROM soniq_dead_letter_jobs
 WHERE id = $1::uuid
 LIMIT 1;
