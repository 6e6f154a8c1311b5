-- worker_beats: when workers were heard of, newest first: all that should beat, and those that
-- stopped lately.
-- $1 microseconds back for those that stopped, $2 of each at most, $3 microseconds of silence that
-- make one stale, $4 characters of a name.   Rows: struct beat.
WITH chosen AS (
    (SELECT hostname, pid, status, last_heartbeat
       FROM soniq_workers
      WHERE status IN ('active', 'stopping')
      ORDER BY last_heartbeat DESC
      LIMIT $2::bigint)
    UNION ALL
    (SELECT hostname, pid, status, last_heartbeat
       FROM soniq_workers
      WHERE status NOT IN ('active', 'stopping')
        AND last_heartbeat >= now() - $1::bigint * interval '1 microsecond'
      ORDER BY last_heartbeat DESC
      LIMIT $2::bigint)
)
SELECT left(hostname, $4::integer) AS hostname, pid, last_heartbeat,
       status = 'active' AND last_heartbeat >= now() - $3::bigint * interval '1 microsecond'
           AS is_live,
       status = 'active' AND last_heartbeat < now() - $3::bigint * interval '1 microsecond'
           AS is_stale
  FROM chosen
 ORDER BY last_heartbeat DESC NULLS LAST
 LIMIT 2 * $2::bigint;
