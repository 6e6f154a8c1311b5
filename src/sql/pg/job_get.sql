-- job_get: one job, every column.
-- $1 id, $2 $3 characters of a name and of a text, $3 bytes of args and result as well.
-- Rows: struct job, at most one.
-- OFFSET 0 keeps the planner from writing the JSON out once for each use.
SELECT j.id,
       left(j.job_name, $2::int) AS job_name,
       CASE WHEN octet_length(j.args_text) <= $3::int THEN j.args_text END AS args,
       left(j.args_hash, $2::int) AS args_hash,
       left(j.status, $2::int) AS status,
       j.attempts,
       j.max_attempts,
       left(j.queue, $2::int) AS queue,
       j.priority,
       j.unique_job,
       left(j.dedup_key, $3::int) AS dedup_key,
       j.scheduled_at,
       j.expires_at,
       left(j.last_error, $3::int) AS last_error,
       CASE WHEN octet_length(j.result_text) <= $3::int THEN j.result_text END AS result,
       left(j.producer_id, $3::int) AS producer_id,
       j.created_at,
       j.updated_at,
       j.worker_id,
       octet_length(j.args_text) AS args_bytes,
       CASE WHEN octet_length(j.args_text) > $3::int
            THEN left(j.args_text, $3::int) END AS args_preview,
       octet_length(j.result_text) AS result_bytes,
       CASE WHEN octet_length(j.result_text) > $3::int
            THEN left(j.result_text, $3::int) END AS result_preview,
       'job' AS kind
  FROM (SELECT id, job_name, args_hash, status, attempts, max_attempts, queue, priority,
               unique_job, dedup_key, scheduled_at, expires_at, last_error, producer_id,
               created_at, updated_at, worker_id,
               args::text AS args_text, result::text AS result_text
          FROM soniq_jobs
         WHERE id = $1::uuid
         LIMIT 1 OFFSET 0) AS j;
