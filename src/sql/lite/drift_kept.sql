-- drift_kept: names of jobs that came, or came back, in the last minutes, and of dead letters made.
-- $1 minutes, $2 changes looked at that are not folded, at most, $3 dead letters, at most, $4 names,
-- at most, $5 characters of a name.   Rows: struct drift_name; queued is what the gauges know.
--
-- When one came is known to the minute, or to the bucket that is left of it. Each name is one probe
-- a span, from its newest bucket on.
WITH span AS MATERIALIZED (
    SELECT now() - $1 * 60000000 AS since
), newest AS MATERIALIZED (
    SELECT job_name, moved_to_dead_letter_at AS at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $3
), probe (minutes) AS (
    VALUES (1), (10), (60)
), seen AS (
    SELECT n.name AS job_name, 0 AS dead_letter,
           (SELECT r.at
              FROM soniq_x_rollup AS r
             WHERE r.name_id = n.id AND r.span = s.minutes
               AND r.at > (SELECT since FROM span)
                          - CASE s.minutes WHEN 1 THEN 60000000 ELSE 0 END
               AND (r.arrived > 0 OR r.failed > 0 OR r.returned > 0)
             ORDER BY r.at DESC
             LIMIT 1) AS last
      FROM soniq_x_names AS n
     CROSS JOIN probe AS s
     WHERE n.kind = 'type' AND n.name IS NOT NULL
    UNION ALL
    SELECT substr(job_name, 1, 255), 0, max(at)
      FROM (SELECT job_name, becomes, outcome, at FROM soniq_x_delta LIMIT $2)
     WHERE becomes = 'queued' AND outcome IS NOT 'dated'
     GROUP BY 1
    UNION ALL
    SELECT substr(job_name, 1, 255), count(*), max(at)
      FROM newest
     GROUP BY 1
), named AS (
    SELECT job_name, sum(dead_letter) AS dead_letter, max(last) AS last
      FROM seen
     WHERE last IS NOT NULL
     GROUP BY job_name
     ORDER BY max(last) DESC, job_name
     LIMIT $4
)
SELECT substr(n.job_name, 1, $5) AS job_name, 0 AS queued, n.dead_letter, n.last AS last_seen,
       EXISTS (SELECT 1 FROM soniq_task_registry AS r WHERE r.task_name = n.job_name)
           AS is_registered,
       (SELECT count(*) FROM newest) >= $3 AS is_capped
  FROM named AS n
 ORDER BY n.last DESC, n.job_name;
