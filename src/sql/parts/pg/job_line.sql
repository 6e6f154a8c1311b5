-- job_line: the columns of a row of soniq_jobs in a list, with $it characters of a name and $it2 of
-- the error.
left(job_name, $it::int) AS job_name, left(status, $it::int) AS status,
left(queue, $it::int) AS queue, priority, attempts, max_attempts, created_at, updated_at,
scheduled_at, left(last_error, $it2::int) AS last_error, worker_id,
left(producer_id, $it::int) AS producer_id
