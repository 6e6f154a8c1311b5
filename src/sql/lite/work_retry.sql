-- work_retry: an attempt failed and there will be another.
-- $1 job, $2 worker, $3 attempt, $4 error, $5 microseconds until it is due (0: now),
-- $6 take the unique and the dedup key away.   Rows: the id, or none.
--
-- Only one queued job may hold a key: it is given up when a queued twin has it.
UPDATE soniq_jobs AS j
   SET status = 'queued', last_error = $4, updated_at = now(),
       scheduled_at = CASE WHEN $5 > 0 THEN now() + $5 END,
       unique_job = CASE WHEN $6
                         OR EXISTS (SELECT 1 FROM soniq_jobs AS t
                                     WHERE t.status = 'queued' AND t.unique_job = 1
                                       AND t.job_name = j.job_name
                                       AND t.args_hash = j.args_hash)
                         THEN 0 ELSE j.unique_job END,
       dedup_key = CASE WHEN $6
                        OR EXISTS (SELECT 1 FROM soniq_jobs AS t
                                    WHERE t.status = 'queued' AND t.dedup_key = j.dedup_key)
                        THEN NULL ELSE j.dedup_key END
 WHERE id = $1 AND worker_id = $2 AND status = 'processing' AND attempts = $3
RETURNING id;
