-- work_claim: take due jobs for a worker.
-- $1 id of the worker, $2 queue (NULL: any), $3 jobs at most, $4 bytes of arguments at most.
-- Rows: struct claimed, in no order.
UPDATE soniq_jobs
   SET status = 'processing', attempts = coalesce(attempts, 0) + 1, worker_id = $1,
       updated_at = now()
 WHERE id IN (SELECT id
                FROM soniq_jobs
               WHERE status = 'queued' AND (scheduled_at IS NULL OR scheduled_at <= now())
                 AND ($2 IS NULL OR queue = $2)
               ORDER BY priority NULLS LAST, scheduled_at NULLS FIRST,
                        created_at NULLS LAST
               LIMIT $3)
RETURNING id, job_name, queue, attempts, max_attempts, created_at,
          CASE WHEN length(CAST(args AS BLOB)) <= $4 THEN args END AS args,
          priority, scheduled_at;
