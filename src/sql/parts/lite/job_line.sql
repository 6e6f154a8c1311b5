-- job_line: the columns of a row `j` of soniq_jobs in a list, with $it characters of a name and $it2
-- of the error.
substr(j.job_name, 1, $it) AS job_name, substr(j.status, 1, $it) AS status,
substr(j.queue, 1, $it) AS queue, j.priority, j.attempts, j.max_attempts, j.created_at,
j.updated_at, j.scheduled_at, substr(j.last_error, 1, $it2) AS last_error,
substr(j.worker_id, 1, $it) AS worker_id, substr(j.producer_id, 1, $it) AS producer_id
