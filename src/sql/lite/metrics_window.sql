-- metrics_window: jobs that were done and jobs that died in the last hours.
-- $1 hours, $2 rows looked at in each table at most, $3 look also at rows without expires_at.
-- Rows: struct metrics.
--
-- A row expires at or after it is done, so that the newest by idx_soniq_jobs_expires_at hold all
-- that were done in the span; updated_at then picks them. Done rows without expires_at (no
-- release of the Python project writes such) take a scan: $3 asks for it while the table is small.
--
-- Where more ended than are looked at, all numbers are of what ended since the same moment, or one
-- kind of end would weigh more than the other. It is that of the oldest of them but for one in a
-- hundred, for rows may be kept for different times.
WITH span AS MATERIALIZED (
    SELECT now() - $1 * 3600000000 AS since
), newest AS MATERIALIZED (
    SELECT status, created_at, updated_at
      FROM soniq_jobs
     WHERE expires_at >= (SELECT since FROM span)
     ORDER BY expires_at DESC
     LIMIT $2
), done AS MATERIALIZED (
    SELECT created_at, updated_at
      FROM newest
     WHERE status = 'done' AND updated_at >= (SELECT since FROM span)
    UNION ALL
    SELECT created_at, updated_at
      FROM soniq_jobs
     WHERE $3 AND expires_at IS NULL AND status = 'done'
       AND updated_at >= (SELECT since FROM span)
), dead AS MATERIALIZED (
    SELECT moved_to_dead_letter_at AS at
      FROM soniq_dead_letter_jobs
     WHERE moved_to_dead_letter_at >= (SELECT since FROM span)
     ORDER BY moved_to_dead_letter_at DESC
     LIMIT $2
), reach AS MATERIALIZED (
    SELECT max(since,
               coalesce(CASE WHEN (SELECT count(*) FROM newest) >= $2
                             THEN (SELECT updated_at FROM newest
                                    WHERE status = 'done' AND typeof(updated_at) = 'integer'
                                    ORDER BY updated_at LIMIT 1
                                   OFFSET (SELECT count(*) / 100 FROM newest)) END, since),
               coalesce(CASE WHEN (SELECT count(*) FROM dead) >= $2
                             THEN (SELECT min(at) FROM dead) END, since)) AS since
      FROM span
), counted AS MATERIALIZED (
    SELECT created_at, updated_at
      FROM done
     WHERE updated_at >= (SELECT since FROM reach)
)
SELECT (SELECT count(*) FROM counted) AS successful,
       (SELECT count(*) FROM dead WHERE at >= (SELECT since FROM reach)) AS dead_lettered,
       (SELECT avg(max(updated_at - created_at, 0) / 1000.0)
                   FILTER (WHERE created_at BETWEEN -1000000000000000000 AND 1000000000000000000
                             AND updated_at BETWEEN -1000000000000000000 AND 1000000000000000000)
          FROM counted) AS avg_processing_time_ms,
       (SELECT r.since FROM reach AS r, span AS s WHERE r.since > s.since) AS covered_from,
       (SELECT count(*) FROM newest) >= $2 AND (SELECT count(*) FROM done) < $2 AS is_sample,
       max((SELECT count(*) FROM done), (SELECT count(*) FROM dead)) >= $2 AS is_capped;
