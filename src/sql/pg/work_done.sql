-- work_done: an attempt succeeded.
-- $1 job, $2 worker, $3 attempt, $4 result as JSON (NULL: none), $5 microseconds that it is kept.
UPDATE soniq_jobs
   SET status = 'done', result = coalesce($4::jsonb, result), updated_at = now(),
       expires_at = now() + $5::bigint * interval '1 microsecond'
 WHERE id = $1::uuid AND worker_id = $2::uuid AND status = 'processing'
   AND attempts = $3::bigint;
