-- worker_line: the columns of a row `w` of soniq_workers, with $it characters of a name. It is stale
-- after $it2 microseconds of silence.
w.id, substr(w.hostname, 1, $it) AS hostname, w.pid,
CASE WHEN length(w.queues) <= 65536 AND json_valid(w.queues)
          AND json_type(w.queues) = 'array'
     THEN (SELECT json_group_array(substr(value, 1, $it))
             FROM (SELECT value FROM json_each(w.queues) WHERE type = 'text' LIMIT 100))
     ELSE '[]' END AS queues,
w.concurrency, substr(w.status, 1, $it) AS status,
CASE WHEN w.status = 'active'
          AND w.started_at BETWEEN -1000000000000000000 AND 1000000000000000000
     THEN max(now() - w.started_at, 0) / 1e6 END AS uptime_seconds,
w.started_at, w.last_heartbeat, substr(w.version, 1, $it) AS version,
w.status = 'active' AND w.last_heartbeat < now() - $it2 AS stale,
CASE WHEN length(w.metadata) <= 4096 AND json_valid(w.metadata) THEN w.metadata END
    AS metadata
