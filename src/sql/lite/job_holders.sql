-- job_holders: who holds the jobs that are being processed.
-- $1 jobs read at most, $2 queues at most, $3 characters of a name,
-- $4 microseconds of silence after which a worker is not live, $5 holders at most.
-- Rows: struct holder_facts, in part.
--
-- Found as in worker_jobs, which tells why.
--
-- Each queue has a share of the rows that are read; what some leave, the first that hold more take.
WITH RECURSIVE step (queue, n) AS (
    SELECT (SELECT queue FROM soniq_jobs WHERE queue IS NOT NULL ORDER BY queue LIMIT 1), 1
    UNION ALL
    SELECT (SELECT j.queue FROM soniq_jobs AS j WHERE j.queue > s.queue
             ORDER BY j.queue LIMIT 1), s.n + 1
      FROM step AS s
     WHERE s.queue IS NOT NULL AND s.n < $2
), queues AS MATERIALIZED (
    SELECT queue FROM step WHERE queue IS NOT NULL
    UNION ALL
    SELECT NULL
), share AS MATERIALIZED (
    SELECT $1 / count(*) AS n FROM queues
), held AS MATERIALIZED (
    SELECT j.worker_id, j.updated_at
      FROM queues AS q
      JOIN soniq_jobs AS j
        ON j.rowid IN (SELECT k.rowid FROM soniq_jobs AS k
                        WHERE k.queue IS q.queue AND k.status = 'processing'
                        LIMIT (SELECT n FROM share))
    UNION ALL
    SELECT j.worker_id, j.updated_at
      FROM queues AS q
      JOIN soniq_jobs AS j
        ON j.rowid IN (SELECT k.rowid FROM soniq_jobs AS k
                        WHERE k.queue IS q.queue AND k.status = 'processing'
                        LIMIT $1 + 1 OFFSET (SELECT n FROM share))
     LIMIT $1 + 1
), holders AS (
    SELECT worker_id, count(*) AS jobs,
           min(CASE WHEN typeof(updated_at) = 'integer' THEN updated_at END) AS since
      FROM held
     GROUP BY worker_id
     ORDER BY count(*) DESC
     LIMIT $5
)
SELECT substr(h.worker_id, 1, $3) AS worker_id, substr(w.hostname, 1, $3) AS hostname, w.pid,
       w.last_heartbeat,
       w.status IN ('active', 'stopping') AND w.last_heartbeat >= now() - $4 AS is_live,
       w.status IN ('active', 'stopping') AND w.last_heartbeat < now() - $4 AS is_stale,
       w.id IS NOT NULL AS is_there, h.jobs, h.since,
       (SELECT count(*) FROM held) > $1 AS is_cut
  FROM holders AS h
  LEFT JOIN soniq_workers AS w ON w.id = h.worker_id
 ORDER BY h.jobs DESC, h.worker_id;
