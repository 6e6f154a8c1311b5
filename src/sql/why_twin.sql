-- why_twin: a queued job that holds a key of job $1.   Rows: struct twin, at most two.
SELECT t.id, 1 = 1 AS is_unique
  FROM soniq_jobs AS j
  JOIN soniq_jobs AS t
    ON t.status = 'queued' AND t.unique_job = true
   AND t.job_name = j.job_name AND t.args_hash = j.args_hash
 WHERE j.id = $1 AND j.unique_job = true AND t.id <> j.id
 UNION ALL
SELECT t.id, 1 = 0
  FROM soniq_jobs AS j
  JOIN soniq_jobs AS t ON t.status = 'queued' AND t.dedup_key = j.dedup_key
 WHERE j.id = $1 AND t.id <> j.id
 LIMIT 2;
