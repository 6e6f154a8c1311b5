-- work_claim: take due jobs for a worker.
-- $1 id of the worker, $2 queue (NULL: any), $3 jobs at most, $4 bytes of arguments at most.
-- Rows: struct claimed, in no order.
WITH next AS (
    SELECT id
      FROM soniq_jobs
     WHERE status = 'queued' AND (scheduled_at IS NULL OR scheduled_at <= now())
       AND ($2::text IS NULL OR queue = $2::text)
     ORDER BY priority, scheduled_at NULLS FIRST, created_at
     LIMIT $3::bigint
       FOR UPDATE SKIP LOCKED
)
UPDATE soniq_jobs AS j
   SET status = 'processing', attempts = coalesce(j.attempts, 0) + 1, worker_id = $1::uuid,
       updated_at = now()
  FROM next
 WHERE j.id = next.id
RETURNING j.id, j.job_name, j.queue, j.attempts, j.max_attempts, j.created_at,
          CASE WHEN octet_length(j.args::text) <= $4::bigint THEN j.args END AS args,
          j.priority, j.scheduled_at;
