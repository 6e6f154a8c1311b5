-- why_dead_twin: a queued unique job that has the name and the arguments of dead letter $1.
-- $2 jobs of the name that are compared at most.   Rows: struct twin, at most one.
WITH dead AS MATERIALIZED (
    SELECT job_name, args FROM soniq_dead_letter_jobs WHERE id = $1 LIMIT 1
), picked AS (
    SELECT j.id, j.args
      FROM soniq_jobs AS j
     WHERE j.status = 'queued' AND j.unique_job = 1
       AND j.job_name = (SELECT job_name FROM dead)
     LIMIT $2
)
SELECT id, 1 AS is_unique
  FROM picked
 WHERE args = (SELECT args FROM dead)
 LIMIT 1;
