-- work_bury: write a job that a worker holds to the dead letters; its row is then dropped.
-- $1 job, $2 worker, $3 attempt, $4 error, $5 reason.
--
-- A dead letter of that id may be there, from a job that was put back by hand: it becomes this one.
INSERT INTO soniq_dead_letter_jobs
       (id, job_name, args, queue, priority, max_attempts, attempts, last_error,
        dead_letter_reason, original_created_at, moved_to_dead_letter_at, resurrection_count,
        created_at)
SELECT id, job_name, args, coalesce(queue, 'default'), coalesce(priority, 100),
       coalesce(max_attempts, attempts), attempts, $4, $5, coalesce(created_at, now()), now(), 0,
       now()
  FROM soniq_jobs
 WHERE id = $1 AND worker_id = $2 AND status = 'processing' AND attempts = $3
    ON CONFLICT (id) DO UPDATE
   SET attempts = excluded.attempts, last_error = excluded.last_error,
       dead_letter_reason = excluded.dead_letter_reason,
       moved_to_dead_letter_at = excluded.moved_to_dead_letter_at;
