-- schedule_advance: move a schedule on, if it is active and stands where it is expected.
-- $1 id, $2 next run that is expected, $3 the one after it, $4 id of the job that is enqueued,
-- $5 its name, $6 its queue.
UPDATE soniq_recurring_jobs
   SET next_run = $3, last_run = now(), run_count = run_count + 1, last_job_id = $4,
       updated_at = now()
 WHERE id = $1 AND status = 'active' AND next_run = $2 AND job_name = $5
   AND queue = $6;
