-- work_done: an attempt succeeded.
-- $1 job, $2 worker, $3 attempt, $4 result as JSON (NULL: none), $5 microseconds that it is kept.
UPDATE soniq_jobs
   SET status = 'done', result = coalesce($4, result), updated_at = now(), expires_at = now() + $5
 WHERE id = $1 AND worker_id = $2 AND status = 'processing' AND attempts = $3;
