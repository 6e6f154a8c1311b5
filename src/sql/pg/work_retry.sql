-- work_retry: an attempt failed and there will be another.
-- $1 job, $2 worker, $3 attempt, $4 error, $5 microseconds until it is due (0: now),
-- $6 take the unique and the dedup key away.   Rows: the id, or none.
--
-- Only one queued job may hold a key: it is given up when a queued twin has it. A twin may still
-- be queued by another session at this moment: that is a conflict, and the caller tries again
-- with $6. Waiting workers are told of a job that is due at once.
WITH put AS (
    UPDATE soniq_jobs AS j
       SET status = 'queued', last_error = $4::text, updated_at = now(),
           scheduled_at = CASE WHEN $5::bigint > 0
                               THEN now() + $5::bigint * interval '1 microsecond' END,
           unique_job = CASE WHEN $6::boolean
                             OR EXISTS (SELECT 1 FROM soniq_jobs AS t
                                         WHERE t.status = 'queued' AND t.unique_job = true
                                           AND t.job_name = j.job_name
                                           AND t.args_hash = j.args_hash)
                             THEN false ELSE j.unique_job END,
           dedup_key = CASE WHEN $6::boolean
                            OR EXISTS (SELECT 1 FROM soniq_jobs AS t
                                        WHERE t.status = 'queued'
                                          AND t.dedup_key = j.dedup_key)
                            THEN NULL ELSE j.dedup_key END
     WHERE j.id = $1::uuid AND j.worker_id = $2::uuid AND j.status = 'processing'
       AND j.attempts = $3::bigint
 RETURNING j.id, j.queue, j.scheduled_at
)
SELECT id, CASE WHEN scheduled_at IS NULL
                THEN pg_notify('soniq_new_job', left(coalesce(queue, ''), 255)) IS NULL END
           AS is_told
  FROM put;
