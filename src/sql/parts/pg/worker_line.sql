-- worker_line: the columns of a row `w` of soniq_workers, with $it characters of a name. It is stale
-- after $it2 microseconds of silence.
w.id, left(w.hostname, $it::integer) AS hostname, w.pid,
to_json(ARRAY(SELECT left(q.name, $it::integer) FROM unnest(w.queues) AS q (name)
               WHERE q.name IS NOT NULL LIMIT 100)) AS queues,
w.concurrency, left(w.status, $it::integer) AS status,
CASE WHEN w.status = 'active' AND isfinite(w.started_at)
     THEN greatest(extract(epoch FROM now() - w.started_at), 0) END AS uptime_seconds,
w.started_at, w.last_heartbeat, left(w.version, $it::integer) AS version,
w.status = 'active' AND w.last_heartbeat < now() - $it2::bigint * interval '1 microsecond'
    AS stale,
CASE WHEN length(w.metadata::text) <= 4096 THEN w.metadata END AS metadata
