-- job_notify: tell waiting workers that job $1 is there, by the name of its queue.
-- A longer payload than 7999 bytes is not allowed: then the workers find it when they poll.
SELECT pg_notify('soniq_new_job', coalesce(queue, '')) AS told
  FROM soniq_jobs
 WHERE id = $1::uuid AND octet_length(coalesce(queue, '')) <= 7999
 LIMIT 1;
