-- why_dead_twin: a queued unique job that has the name and the arguments of dead letter $1.
-- $2 jobs of the name that are compared at most.   Rows: struct twin, at most one.
SELECT t.id, true AS is_unique
  FROM soniq_dead_letter_jobs AS d
 CROSS JOIN LATERAL (
       SELECT j.id, j.args
         FROM soniq_jobs AS j
        WHERE j.status = 'queued' AND j.unique_job = true AND j.job_name = d.job_name
        LIMIT $2::bigint) AS t
 WHERE d.id = $1::uuid AND t.args = d.args
 LIMIT 1;
