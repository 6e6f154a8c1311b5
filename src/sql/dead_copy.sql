-- dead_copy: a new queued job with id $2, due now, of what dead letter $1 was; none where somebody
-- has that id. Made at the moment of the letter's last replay, which is how one is known that the
-- Python project made.
INSERT INTO soniq_jobs (id, job_name, args, status, attempts, max_attempts, priority, queue,
                        scheduled_at, created_at, updated_at)
SELECT $2, job_name, args, 'queued', 0, max_attempts, priority, queue, now(), now(), now()
  FROM soniq_dead_letter_jobs
 WHERE id = $1
   AND NOT EXISTS (SELECT 1 FROM soniq_jobs WHERE id = $2)
   AND NOT EXISTS (SELECT 1 FROM soniq_dead_letter_jobs WHERE id = $2)
 LIMIT 1;
