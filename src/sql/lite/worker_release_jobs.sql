-- worker_release_jobs: put the jobs that a worker holds back into their queues.
-- $1 its id, $2 take the unique and the dedup key away from every one of them.
-- Rows: the id of each.
--
-- Only one queued job may hold a key. A job gives up its own when a queued twin has it, or when
-- two jobs of this very worker are twins.
WITH mine AS MATERIALIZED (
    SELECT id, job_name, args_hash, unique_job, dedup_key
      FROM soniq_jobs
     WHERE worker_id = $1 AND status = 'processing'
), marked AS MATERIALIZED (
    SELECT m.id,
           $2
           OR row_number() OVER (PARTITION BY m.job_name, m.args_hash, m.unique_job
                                     ORDER BY m.id) > 1
           OR EXISTS (SELECT 1 FROM soniq_jobs AS t
                       WHERE t.status = 'queued' AND t.unique_job = 1
                         AND t.job_name = m.job_name AND t.args_hash = m.args_hash)
               AS drops_unique,
           $2
           OR row_number() OVER (PARTITION BY m.dedup_key ORDER BY m.id) > 1
           OR EXISTS (SELECT 1 FROM soniq_jobs AS t
                       WHERE t.status = 'queued' AND t.dedup_key = m.dedup_key) AS drops_dedup
      FROM mine AS m
)
UPDATE soniq_jobs AS j
   SET status = 'queued', worker_id = NULL, updated_at = now(),
       unique_job = CASE WHEN marked.drops_unique THEN 0 ELSE j.unique_job END,
       dedup_key = CASE WHEN marked.drops_dedup THEN NULL ELSE j.dedup_key END
  FROM marked
 WHERE j.id = marked.id
RETURNING id;
