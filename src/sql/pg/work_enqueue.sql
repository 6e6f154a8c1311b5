-- work_enqueue: a new job; or the queued one that has its dedup key already.
-- $1 id, $2 name, $3 arguments as JSON, $4 most attempts, $5 priority, $6 queue,
-- $7 microseconds until it is due (0: now, which is NULL), $8 dedup key, $9 producer.
-- Rows: the id.
--
-- The update that changes nothing makes the row that is there come back. Waiting workers are told
-- when this commits.
WITH put AS (
    INSERT INTO soniq_jobs (id, job_name, args, args_hash, status, attempts, max_attempts,
                            queue, priority, unique_job, dedup_key, scheduled_at, producer_id,
                            created_at, updated_at)
    VALUES ($1::uuid, $2::text, $3::jsonb, NULL, 'queued', 0, $4::integer, $6::text,
            $5::integer, false, $8::text,
            CASE WHEN $7::bigint > 0
                 THEN now() + $7::bigint * interval '1 microsecond' END,
            $9::text, now(), now())
        ON CONFLICT (dedup_key) WHERE status = 'queued' AND dedup_key IS NOT NULL
        DO UPDATE SET dedup_key = excluded.dedup_key
 RETURNING id, queue
)
SELECT id, pg_notify('soniq_new_job', queue) IS NULL AS is_told
  FROM put;
