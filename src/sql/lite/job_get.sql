-- job_get: one job, every column.
-- $1 id, $2 $3 characters of a name and of a text, $3 bytes of args and result as well.
-- Rows: struct job, at most one.
-- A text that is not JSON comes as a JSON string.
SELECT j.id,
       substr(j.job_name, 1, $2) AS job_name,
       CASE WHEN j.args_text IS NULL OR j.args_bytes > $3 THEN NULL
            WHEN json_valid(j.args_text) THEN j.args_text
            ELSE json_quote(j.args_text) END AS args,
       substr(j.args_hash, 1, $2) AS args_hash,
       substr(j.status, 1, $2) AS status,
       j.attempts,
       j.max_attempts,
       substr(j.queue, 1, $2) AS queue,
       j.priority,
       j.unique_job,
       substr(j.dedup_key, 1, $3) AS dedup_key,
       j.scheduled_at,
       j.expires_at,
       substr(j.last_error, 1, $3) AS last_error,
       CASE WHEN j.result_text IS NULL OR j.result_bytes > $3 THEN NULL
            WHEN json_valid(j.result_text) THEN j.result_text
            ELSE json_quote(j.result_text) END AS result,
       substr(j.producer_id, 1, $3) AS producer_id,
       j.created_at,
       j.updated_at,
       substr(j.worker_id, 1, $2) AS worker_id,
       substr(j.producer_id, 1, $2) AS producer_id,
       j.args_bytes,
       CASE WHEN j.args_bytes > $3 THEN substr(j.args_text, 1, $3) END AS args_preview,
       j.result_bytes,
       CASE WHEN j.result_bytes > $3 THEN substr(j.result_text, 1, $3) END AS result_preview,
       'job' AS kind
  FROM (SELECT id, job_name, args_hash, status, attempts, max_attempts, queue, priority,
               unique_job, dedup_key, scheduled_at, expires_at, last_error, producer_id,
               created_at, updated_at, worker_id,
               CAST(args AS TEXT) AS args_text, length(CAST(args AS BLOB)) AS args_bytes,
               CAST(result AS TEXT) AS result_text, length(CAST(result AS BLOB)) AS result_bytes
          FROM soniq_jobs
         WHERE id = $1
         LIMIT 1) AS j;
