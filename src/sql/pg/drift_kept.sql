-- drift_kept: names of jobs that came, or came back, in the last minutes, and of dead letters made.
-- $1 minutes, $2 changes looked at that are not folded, at most, $3 dead letters, at most, $4 names,
-- at most, $5 characters of a name.   Rows: struct drift_name; queued is what the gauges know.
--
-- When one came is known to the minute, or to the bucket that is left of it. Each name is one probe
-- a span, from its newest bucket on.
WITH span AS (
    SELECT now() - $1::bigint * interval '1 minute' AS since
), newest AS (
    SELECT job_name, moved_to_dead_letter_at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $3::bigint
), seen AS (
    SELECT n.name AS job_name, 0::bigint AS dead_letter, r.at AS last
      FROM soniq_x_names AS n
     CROSS JOIN (VALUES (1), (10), (60)) AS s (minutes)
     CROSS JOIN LATERAL (
           SELECT at
             FROM soniq_x_rollup
            WHERE name_id = n.id AND span = s.minutes
              AND at > (SELECT since - CASE s.minutes WHEN 1 THEN interval '1 minute'
                                                      ELSE interval '0' END FROM span)
              AND (arrived > 0 OR failed > 0 OR returned > 0)
            ORDER BY at DESC
            LIMIT 1) AS r
     WHERE n.kind = 'type' AND n.name IS NOT NULL
    UNION ALL
    SELECT left(job_name, 255), 0, max(at)
      FROM (SELECT job_name, becomes, outcome, at FROM soniq_x_delta LIMIT $2::bigint) AS recent
     WHERE becomes = 'queued' AND outcome IS DISTINCT FROM 'dated'
     GROUP BY 1
    UNION ALL
    SELECT left(job_name, 255), count(*), max(moved_to_dead_letter_at)
      FROM newest
     GROUP BY 1
), named AS (
    SELECT job_name, sum(dead_letter) AS dead_letter, max(last) AS last
      FROM seen
     GROUP BY job_name
     ORDER BY max(last) DESC, job_name
     LIMIT $4::bigint
)
SELECT left(n.job_name, $5::integer) AS job_name, 0::bigint AS queued, n.dead_letter,
       n.last AS last_seen,
       EXISTS (SELECT 1 FROM soniq_task_registry AS r WHERE r.task_name = n.job_name)
           AS is_registered,
       (SELECT count(*) FROM newest) >= $3::bigint AS is_capped
  FROM named AS n
 ORDER BY n.last DESC, n.job_name;
