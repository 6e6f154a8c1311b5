-- dead_get: one dead letter, every column.
-- $1 id, $2 $3 characters of a name and of a text, $3 bytes of args and tags as well.
-- Rows: struct job, at most one.
-- OFFSET 0 keeps the planner from writing the JSON out once for each use.
SELECT d.id,
       left(d.job_name, $2::int) AS job_name,
       CASE WHEN octet_length(d.args_text) <= $3::int THEN d.args_text END AS args,
       'dead_letter' AS status,
       d.attempts,
       d.max_attempts,
       left(d.queue, $2::int) AS queue,
       d.priority,
       left(d.last_error, $3::int) AS last_error,
       d.original_created_at AS created_at,
       d.moved_to_dead_letter_at AS updated_at,
       octet_length(d.args_text) AS args_bytes,
       CASE WHEN octet_length(d.args_text) > $3::int
            THEN left(d.args_text, $3::int) END AS args_preview,
       'dead_letter' AS kind,
       left(d.dead_letter_reason, $2::int) AS dead_letter_reason,
       d.moved_to_dead_letter_at,
       d.resurrection_count,
       d.last_resurrection_at,
       CASE WHEN octet_length(d.tags_text) <= $3::int THEN d.tags_text END AS tags
  FROM (SELECT id, job_name, attempts, max_attempts, queue, priority, last_error,
               original_created_at, moved_to_dead_letter_at, dead_letter_reason,
               resurrection_count, last_resurrection_at,
               args::text AS args_text, tags::text AS tags_text
          FROM soniq_dead_letter_jobs
         WHERE id = $1::uuid
         LIMIT 1 OFFSET 0) AS d;
