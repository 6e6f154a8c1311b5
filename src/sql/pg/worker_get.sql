-- worker_get: one worker.
-- $1 its id, $2 microseconds of silence that make one stale, $3 characters of a name.
-- Rows: struct worker.
SELECT w.id, left(w.hostname, $3::integer) AS hostname, w.pid,
       to_json(ARRAY(SELECT left(q.name, $3::integer) FROM unnest(w.queues) AS q (name)
                      WHERE q.name IS NOT NULL LIMIT 100)) AS queues,
       w.concurrency, left(w.status, $3::integer) AS status,
       CASE WHEN w.status = 'active' AND isfinite(w.started_at)
            THEN greatest(extract(epoch FROM now() - w.started_at), 0) END AS uptime_seconds,
       w.started_at, w.last_heartbeat, left(w.version, $3::integer) AS version,
       w.status = 'active' AND w.last_heartbeat < now() - $2::bigint * interval '1 microsecond'
           AS stale,
       CASE WHEN length(w.metadata::text) <= 4096 THEN w.metadata END AS metadata,
       CASE WHEN w.status IN ('active', 'stopping') THEN 0 ELSE 1 END AS half
  FROM soniq_workers AS w
 WHERE id = $1::uuid;
