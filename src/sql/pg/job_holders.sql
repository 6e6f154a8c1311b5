-- job_holders: who holds the jobs that are being processed.
-- $1 jobs read at most, $2 queues at most, $3 characters of a name,
-- $4 microseconds of silence after which a worker is not live, $5 holders at most.
-- Rows: struct holder_facts, in part.
WITH RECURSIVE @held_jobs($1, $2), holders AS (
    SELECT worker_id, count(*) AS jobs,
           min(updated_at) FILTER (WHERE isfinite(updated_at)) AS since
      FROM held
     GROUP BY worker_id
     ORDER BY count(*) DESC
     LIMIT $5::bigint
)
SELECT h.worker_id, left(w.hostname, $3::integer) AS hostname, w.pid, w.last_heartbeat,
       w.status IN ('active', 'stopping')
           AND w.last_heartbeat >= now() - $4::bigint * interval '1 microsecond' AS is_live,
       w.status IN ('active', 'stopping')
           AND w.last_heartbeat < now() - $4::bigint * interval '1 microsecond' AS is_stale,
       w.id IS NOT NULL AS is_there, h.jobs, h.since,
       (SELECT count(*) FROM held) > $1::bigint AS is_cut
  FROM holders AS h
  LEFT JOIN soniq_workers AS w ON w.id = h.worker_id
 ORDER BY h.jobs DESC, h.worker_id;
