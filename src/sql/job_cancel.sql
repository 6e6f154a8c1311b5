-- job_cancel: cancel job $1 if it is queued still.
UPDATE soniq_jobs
   SET status = 'cancelled', updated_at = now()
 WHERE id = $1 AND status = 'queued';
