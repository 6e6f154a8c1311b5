-- work_enqueue: a new job; or the queued one that has its dedup key already.
-- $1 id, $2 name, $3 arguments as JSON, $4 most attempts, $5 priority, $6 queue,
-- $7 microseconds until it is due (0: now, which is NULL), $8 dedup key, $9 producer.
-- Rows: the id.
--
-- The update that changes nothing makes the row that is there come back.
INSERT INTO soniq_jobs (id, job_name, args, args_hash, status, attempts, max_attempts, queue,
                        priority, unique_job, dedup_key, scheduled_at, producer_id, created_at,
                        updated_at)
VALUES ($1, $2, $3, NULL, 'queued', 0, $4, $6, $5, 0, $8,
        CASE WHEN $7 > 0 THEN now() + $7 END, $9, now(), now())
    ON CONFLICT (dedup_key) WHERE status = 'queued' AND dedup_key IS NOT NULL
    DO UPDATE SET dedup_key = excluded.dedup_key
RETURNING id;
