-- drift_observed: names of queued jobs changed, and of dead letters made, in the last minutes.
-- $1 minutes, $2 start of the window, $3 dead letters looked at, at most, $4 names at most,
-- $5 characters of a name.   Rows: struct drift_name.
WITH span AS MATERIALIZED (
    SELECT now() - $1 * 60000000 AS since
), newest AS MATERIALIZED (
    SELECT job_name, moved_to_dead_letter_at AS at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $3
), seen AS (
    SELECT job_name, count(*) AS queued, 0 AS dead_letter, max(updated_at) AS last
      FROM soniq_jobs
     WHERE rowid >= CAST($2 AS INTEGER) AND status = 'queued'
       AND updated_at >= (SELECT since FROM span)
     GROUP BY job_name
    UNION ALL
    SELECT job_name, 0, count(*), max(at)
      FROM newest
     GROUP BY job_name
), named AS (
    SELECT job_name, sum(queued) AS queued, sum(dead_letter) AS dead_letter, max(last) AS last
      FROM seen
     GROUP BY job_name
     ORDER BY max(last) DESC, job_name
     LIMIT $4
)
SELECT substr(n.job_name, 1, $5) AS job_name, n.queued, n.dead_letter, n.last AS last_seen,
       EXISTS (SELECT 1 FROM soniq_task_registry AS r WHERE r.task_name = n.job_name)
           AS is_registered,
       (SELECT count(*) FROM newest) >= $3 AS is_capped
  FROM named AS n
 ORDER BY n.last DESC, n.job_name;
