-- work_drop: take away the row of a job that a worker holds.
-- $1 job, $2 worker, $3 attempt.
DELETE FROM soniq_jobs
 WHERE id = $1 AND worker_id = $2 AND status = 'processing' AND attempts = $3;
