-- worker_beats: when workers were heard of, newest first: all that should beat, and those that
-- stopped lately.
-- $1 microseconds back for those that stopped, $2 of each at most, $3 microseconds of silence that
-- make one stale, $4 characters of a name.   Rows: struct beat.
WITH chosen AS (
    SELECT * FROM (SELECT hostname, pid, status, last_heartbeat
                     FROM soniq_workers
                    WHERE status IN ('active', 'stopping')
                    ORDER BY last_heartbeat DESC
                    LIMIT $2)
    UNION ALL
    SELECT * FROM (SELECT hostname, pid, status, last_heartbeat
                     FROM soniq_workers
                    WHERE status NOT IN ('active', 'stopping') AND last_heartbeat >= now() - $1
                    ORDER BY last_heartbeat DESC
                    LIMIT $2)
)
SELECT substr(hostname, 1, $4) AS hostname, pid, last_heartbeat,
       status = 'active' AND last_heartbeat >= now() - $3 AS is_live,
       status = 'active' AND last_heartbeat < now() - $3 AS is_stale
  FROM chosen
 ORDER BY last_heartbeat DESC
 LIMIT 2 * $2;
