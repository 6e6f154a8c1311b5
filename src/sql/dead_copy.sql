-- dead_copy: a new queued job with id $2, due now, of what dead letter $1 was.
INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, priority, queue,
                        scheduled_at)
SELECT $2, job_name, args, 'queued', 0, max_attempts, priority, queue, now()
  FROM soniq_dead_letter_jobs
 WHERE id = $1
 LIMIT 1;
