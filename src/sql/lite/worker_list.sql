-- worker_list: workers, those that work first, newest heartbeat first.
-- $1 microseconds since its last heartbeat that one that does not work is listed, $2 at most,
-- $3 microseconds of silence that make one stale, $4 characters of a name,
-- $5 $6 $7 go on after this half (0: those that work), heartbeat and id; NULL: from the first.
-- Rows: struct worker.
--
-- Both halves come from an index, however many rows of old workers there are.
WITH chosen AS (
    SELECT * FROM (SELECT *, 0 AS half
                     FROM soniq_workers
                    WHERE status IN ('active', 'stopping')
                      AND ($5 IS NULL OR $5 = 0 AND (last_heartbeat, id) < ($6, $7))
                    ORDER BY last_heartbeat DESC, id DESC
                    LIMIT $2)
    UNION ALL
    SELECT * FROM (SELECT *, 1 AS half
                     FROM soniq_workers
                    WHERE status NOT IN ('active', 'stopping')
                      AND last_heartbeat >= now() - $1 AND $1 > 0
                      AND ($5 IS NULL OR $5 = 0 OR (last_heartbeat, id) < ($6, $7))
                    ORDER BY last_heartbeat DESC, id DESC
                    LIMIT $2)
)
SELECT w.id, substr(w.hostname, 1, $4) AS hostname, w.pid,
       CASE WHEN length(w.queues) <= 65536 AND json_valid(w.queues)
                 AND json_type(w.queues) = 'array'
            THEN (SELECT json_group_array(substr(value, 1, $4))
                    FROM (SELECT value FROM json_each(w.queues) WHERE type = 'text' LIMIT 100))
            ELSE '[]' END AS queues,
       w.concurrency, substr(w.status, 1, $4) AS status,
       CASE WHEN w.status = 'active'
                 AND w.started_at BETWEEN -1000000000000000000 AND 1000000000000000000
            THEN max(now() - w.started_at, 0) / 1e6 END AS uptime_seconds,
       w.started_at, w.last_heartbeat, substr(w.version, 1, $4) AS version,
       w.status = 'active' AND w.last_heartbeat < now() - $3 AS stale,
       CASE WHEN length(w.metadata) <= 4096 AND json_valid(w.metadata) THEN w.metadata END
           AS metadata, w.half
  FROM chosen AS w
 ORDER BY w.half, w.last_heartbeat DESC, w.id DESC
 LIMIT $2;
