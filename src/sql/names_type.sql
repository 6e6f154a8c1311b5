-- names_type: the names that workers registered, and those of dead letters.
-- $1 jumps of each at most, $2 characters of a name.   Rows: a name each.
-- Jumps from one to the next in an index: never DISTINCT, and never through the rows.
WITH RECURSIVE worker_step (name, n) AS (
    SELECT min(task_name), 1 FROM soniq_task_registry
    UNION ALL
    SELECT (SELECT min(task_name) FROM soniq_task_registry WHERE task_name > s.name), s.n + 1
      FROM worker_step AS s
     WHERE s.name IS NOT NULL AND s.n < CAST($1 AS integer)
), dead_step (name, n) AS (
    SELECT min(job_name), 1 FROM soniq_dead_letter_jobs
    UNION ALL
    SELECT (SELECT min(job_name) FROM soniq_dead_letter_jobs WHERE job_name > s.name), s.n + 1
      FROM dead_step AS s
     WHERE s.name IS NOT NULL AND s.n < CAST($1 AS integer)
)
SELECT substr(name, 1, CAST($2 AS integer)) AS name
  FROM (SELECT name FROM worker_step
        UNION
        SELECT name FROM dead_step) AS known
 WHERE name IS NOT NULL
 LIMIT 2 * CAST($1 AS integer);
