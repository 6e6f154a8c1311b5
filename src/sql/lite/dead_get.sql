-- dead_get: one dead letter, every column.
-- $1 id, $2 $3 characters of a name and of a text, $3 bytes of args and tags as well.
-- Rows: struct job, at most one.
-- A text that is not JSON comes as a JSON string.
SELECT d.id,
       substr(d.job_name, 1, $2) AS job_name,
       CASE WHEN d.args_text IS NULL OR d.args_bytes > $3 THEN NULL
            WHEN json_valid(d.args_text) THEN d.args_text
            ELSE json_quote(d.args_text) END AS args,
       'dead_letter' AS status,
       d.attempts,
       d.max_attempts,
       substr(d.queue, 1, $2) AS queue,
       d.priority,
       substr(d.last_error, 1, $3) AS last_error,
       d.original_created_at AS created_at,
       d.moved_to_dead_letter_at AS updated_at,
       d.args_bytes,
       CASE WHEN d.args_bytes > $3 THEN substr(d.args_text, 1, $3) END AS args_preview,
       'dead_letter' AS kind,
       substr(d.dead_letter_reason, 1, $2) AS dead_letter_reason,
       d.moved_to_dead_letter_at,
       d.resurrection_count,
       d.last_resurrection_at,
       CASE WHEN d.tags IS NULL OR length(CAST(d.tags AS BLOB)) > $3 THEN NULL
            WHEN json_valid(CAST(d.tags AS TEXT)) THEN CAST(d.tags AS TEXT)
            ELSE json_quote(CAST(d.tags AS TEXT)) END AS tags
  FROM (SELECT id, job_name, attempts, max_attempts, queue, priority, last_error,
               original_created_at, moved_to_dead_letter_at, dead_letter_reason,
               resurrection_count, last_resurrection_at, tags,
               CAST(args AS TEXT) AS args_text, length(CAST(args AS BLOB)) AS args_bytes
          FROM soniq_dead_letter_jobs
         WHERE id = $1
         LIMIT 1) AS d;
