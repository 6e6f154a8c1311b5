-- x_past_attempts: the attempts of the jobs of the past, as if a quarter of their time was waiting.
INSERT INTO soniq_x_attempts (job_id, attempt, created_at, started_at, ended_at, wait_us, outcome,
                              queue, job_name, error)
SELECT id, attempts, created_at, created_at + (updated_at - created_at) / 4, updated_at,
       (updated_at - created_at) / 4, 'done', queue, job_name, NULL
  FROM soniq_jobs
 WHERE status = 'done'
 UNION ALL
SELECT id, attempts, original_created_at,
       original_created_at + (moved_to_dead_letter_at - original_created_at) / 4,
       moved_to_dead_letter_at, (moved_to_dead_letter_at - original_created_at) / 4, 'dead',
       queue, job_name, substr(last_error, 1, 4000)
  FROM soniq_dead_letter_jobs;
