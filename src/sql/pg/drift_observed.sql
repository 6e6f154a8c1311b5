-- drift_observed: names of queued jobs changed, and of dead letters made, in the last minutes.
-- $1 minutes, $2 start of the window, $3 dead letters looked at, at most, $4 names at most,
-- $5 characters of a name.   Rows: struct drift_name.
WITH span AS (
    SELECT now() - $1::bigint * interval '1 minute' AS since
), newest AS (
    SELECT job_name, moved_to_dead_letter_at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $3::bigint
), seen AS (
    SELECT job_name, count(*) AS queued, 0::bigint AS dead_letter, max(updated_at) AS last
      FROM soniq_jobs
     WHERE ctid >= $2::tid AND status = 'queued' AND updated_at >= (SELECT since FROM span)
     GROUP BY job_name
    UNION ALL
    SELECT job_name, 0, count(*), max(moved_to_dead_letter_at)
      FROM newest
     GROUP BY job_name
), named AS (
    SELECT job_name, sum(queued) AS queued, sum(dead_letter) AS dead_letter, max(last) AS last
      FROM seen
     GROUP BY job_name
     ORDER BY max(last) DESC, job_name
     LIMIT $4::bigint
)
SELECT left(n.job_name, $5::integer) AS job_name, n.queued, n.dead_letter, n.last AS last_seen,
       EXISTS (SELECT 1 FROM soniq_task_registry AS r WHERE r.task_name = n.job_name)
           AS is_registered,
       (SELECT count(*) FROM newest) >= $3::bigint AS is_capped
  FROM named AS n
 ORDER BY n.last DESC, n.job_name;
